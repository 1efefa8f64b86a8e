import { useEffect, useRef, useSyncExternalStore } from 'react'

export type KeyBinding = {
  /** "j", "shift+x", "mod+k", "alt+a", "Enter", "Escape", "ArrowLeft", "?" */
  combo: string
  /** What it does, for the list of keys. Without it the key is not listed. */
  label?: string
  /** Works while the caret stands in a field. Combinations with mod or alt and Escape do so by themselves. */
  inFields?: boolean
  /** Works while a modal dialog is open. */
  inDialog?: boolean
  /** Also a command of the command menu. */
  command?: boolean
  run: (event: KeyboardEvent) => void | boolean
}

type Layer = { current: KeyBinding[] }

const layers: Layer[] = []
const watchers = new Set<() => void>()
let version = 0

function changed() {
  version += 1
  for (const watcher of watchers) watcher()
}

/** The letter by its place on the keyboard, so that J works in the Ukrainian layout too. */
function nameOf(event: KeyboardEvent): string {
  if (event.key === '?' || (event.code === 'Slash' && event.shiftKey)) return '?'
  if (event.code === 'Slash') return '/'
  const letter = /^Key([A-Z])$/.exec(event.code)
  if (letter) return letter[1]!.toLowerCase()
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)
  return digit ? digit[1]! : event.key
}

function comboOf(event: KeyboardEvent): string {
  const name = nameOf(event)
  const shift = event.shiftKey && name !== '?' ? 'shift+' : ''
  return `${event.ctrlKey || event.metaKey ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${shift}${name}`
}

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)) &&
  !['checkbox', 'radio', 'button'].includes((target as HTMLInputElement).type)

const isControl = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('a[href],button,summary,[role="option"],[role="menuitem"]') !== null

let held: { words: string; since: number } | undefined

/** A field that is not there yet will hold it: what is typed meanwhile is no command of the page and is not lost. */
export function holdTyping() {
  held ??= { words: '', since: Date.now() }
}

/** What was typed since `holdTyping`; from here on keys go where they always do. */
export function takeTyping(): string {
  const words = held?.words ?? ''
  held = undefined
  return words
}

/** The longest that a field may let one wait; later keys belong to the page again. */
const HOLD_MS = 5000

function onHeldKey(event: KeyboardEvent) {
  if (!held) return
  const given = Date.now() - held.since > HOLD_MS || event.key === 'Escape'
  if (given) takeTyping()
  if (given || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || ['Tab', 'Shift'].includes(event.key)) return
  event.preventDefault()
  event.stopImmediatePropagation()
  if (event.key === 'Backspace') held.words = held.words.slice(0, -1)
  else if ([...event.key].length === 1) held.words += event.key
}

/** A menu, a list of choices or a calendar. */
const POPUP = '[class*="-dropdown"][data-position]'
let popup = false

/** Esc closes what is topmost: a popup that is open takes it for itself, and is shut already when the key comes to the page. */
function lookForPopup(event: KeyboardEvent) {
  if (event.key === 'Escape') popup = [...document.querySelectorAll(POPUP)].some((each) => each.getClientRects().length > 0)
}

/** Enter in a field whose list is open is for the list, also when it says that it is empty or on its way: the form around is not sent. */
function keepForList(event: KeyboardEvent) {
  if (event.key !== 'Enter' || !(event.target instanceof Element) || !event.target.matches('[role="combobox"][aria-expanded="true"]')) return
  const list = document.getElementById(event.target.getAttribute('aria-controls') ?? '')
  if (list !== null && list.getClientRects().length > 0) event.preventDefault()
}

/** Whether a modal dialog stands over the page. */
export const inDialog = () => document.querySelector('[aria-modal="true"]') !== null

function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return
  const combo = comboOf(event)
  if (combo === 'Escape' && popup) return
  const plain = !combo.includes('mod+') && !combo.includes('alt+')
  // Enter on a focused link or button belongs to it.
  if (combo === 'Enter' && isControl(event.target)) return
  const typing = isField(event.target) && plain && combo !== 'Escape'
  const dialog = inDialog()
  for (const layer of layers.toReversed()) {
    for (const binding of layer.current) {
      if (binding.combo !== combo || (typing && !binding.inFields) || (dialog && !binding.inDialog)) continue
      if (binding.run(event) === false) continue
      event.preventDefault()
      return
    }
  }
}

if (typeof window !== 'undefined') {
  window.addEventListener('keydown', onHeldKey, true)
  window.addEventListener('keydown', lookForPopup, true)
  window.addEventListener('keydown', keepForList, true)
  window.addEventListener('keydown', onKeyDown)
}

/** Keys of a component while it is mounted; the one mounted last wins. */
export function useKeys(bindings: KeyBinding[], enabled = true) {
  const layer = useRef<KeyBinding[]>(bindings)
  useEffect(() => {
    layer.current = bindings
  })
  useEffect(() => {
    if (!enabled) return
    layers.push(layer)
    changed()
    return () => {
      layers.splice(layers.indexOf(layer), 1)
      changed()
    }
  }, [enabled])
}

/** Every key that works now, outermost first; a later one of the same name replaces the earlier. */
export function useKeyList(): (KeyBinding & { label: string })[] {
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => version,
  )
  const seen = new Map<string, KeyBinding & { label: string }>()
  for (const layer of layers) for (const one of layer.current) if (one.label) seen.set(one.combo, { ...one, label: one.label })
  return [...seen.values()]
}

const shown: Record<string, string> = { mod: 'Ctrl', alt: 'Alt', shift: 'Shift', Escape: 'Esc', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' }

/** "mod+k" -> "Ctrl K". */
export const keyName = (combo: string) =>
  combo.split('+').map((part) => shown[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(' ')
