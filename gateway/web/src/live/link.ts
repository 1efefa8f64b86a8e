import { useSyncExternalStore } from 'react'
import { get } from '../api/client.ts'
import { targets, type LiveEvents, type LiveName } from './events.ts'

export type LinkState = { up: boolean; since: number; nextTry: number; attempts: number }

type Handler = (data: never, time: string) => void

let state: LinkState = { up: true, since: Date.now(), nextTry: 0, attempts: 0 }
let source: EventSource | undefined
let timer: ReturnType<typeof setTimeout> | undefined
const watchers = new Set<() => void>()
const handlers = new Map<LiveName, Set<Handler>>()
const returns = new Set<() => void>()

function set(next: Partial<LinkState>) {
  state = { ...state, ...next }
  for (const watcher of watchers) watcher()
}

function deliver(name: LiveName, event: MessageEvent<string>) {
  const { data, time } = JSON.parse(event.data) as { data: never; time: string }
  for (const handler of handlers.get(name) ?? []) handler(data, time)
}

function onOpen() {
  const back = !state.up
  set({ up: true, since: Date.now(), attempts: 0 })
  if (back) for (const again of returns) again()
}

/** The browser repeats by itself while the answer was a stream; a refused stream is tried again by us, ever slower. */
function onError() {
  const attempts = state.attempts + 1
  const wait = Math.min(1000 * 2 ** Math.min(attempts, 5), 30_000) * (0.8 + Math.random() * 0.4)
  set({ attempts, nextTry: Date.now() + wait, ...(state.up ? { up: false, since: Date.now() } : {}) })
  source?.close()
  clearTimeout(timer)
  timer = setTimeout(connect, wait)
}

/** A browser does not tell why a stream was refused. Any question does: when the session is over, it leads to the sign-in page. */
function onRefused() {
  onError()
  get('me').catch(() => {})
}

function connect() {
  clearTimeout(timer)
  source?.close()
  source = new EventSource('/api/v1/events')
  source.onopen = onOpen
  source.onerror = () => {
    if (source?.readyState === EventSource.CLOSED) onRefused()
    else if (state.up) set({ up: false, since: Date.now(), nextTry: Date.now() + 3000 })
  }
  // The log does not go back as far as we have seen: what is shown is asked for anew.
  source.addEventListener('resync', () => {
    for (const again of returns) again()
  })
  for (const { name } of targets)
    source.addEventListener(name, (event) => deliver(name, event))
}

/** A stream that was open says nothing when the network goes; the browser does. */
function onOffline() {
  source?.close()
  if (state.up) set({ up: false, since: Date.now(), nextTry: Date.now() + 3000 })
  clearTimeout(timer)
  timer = setTimeout(connect, 3000)
}

export function startLink() {
  if (source !== undefined) return
  window.addEventListener('offline', onOffline)
  window.addEventListener('online', connect)
  connect()
}

export const retryNow = () => connect()

/** Called for every event of the kind. Returns the way to stop. */
export function onEvent<N extends LiveName>(name: N, handler: (data: LiveEvents[N], time: string) => void): () => void {
  const set = handlers.get(name) ?? new Set<Handler>()
  handlers.set(name, set)
  set.add(handler as Handler)
  return () => set.delete(handler as Handler)
}

/** Called when the link is back after a loss: whoever shows something asks for it again. */
export function onReturn(again: () => void): () => void {
  returns.add(again)
  return () => returns.delete(again)
}

export const useLink = () =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => state,
  )
