/**
 * Runs in the page before its own scripts: writes down on one clock when a live event came and what the call panel said.
 * The text of a script, since it belongs to the page and not to this process.
 */
export const WATCH = `(() => {
  const log = []
  Object.defineProperty(window, 'e2eLog', { value: log })
  const Native = window.EventSource
  window.EventSource = class extends Native {
    addEventListener(name, handler, options) {
      super.addEventListener(name, (event) => {
        log.push({ kind: 'event', name, text: event.data })
        handler(event)
      }, options)
    }
  }
  let before = ''
  new MutationObserver(() => {
    const text = document.querySelector('.cp')?.textContent ?? ''
    if (text !== before) log.push({ kind: 'panel', name: '', text })
    before = text
  }).observe(document, { childList: true, subtree: true, characterData: true })
})()`

export type LogLine = { kind: 'event' | 'panel'; name: string; text: string }
