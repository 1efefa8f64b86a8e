type Listener = (text: string, urgent: boolean) => void

const listeners = new Set<Listener>()

/** Says a sentence to screen readers without moving the focus. */
export function announce(text: string, urgent = false) {
  for (const listener of listeners) listener(text, urgent)
}

export function onAnnounce(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
