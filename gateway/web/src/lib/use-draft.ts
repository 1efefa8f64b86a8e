import { useCallback, useState } from 'react'

const PREFIX = 'vitrylo.draft.'
const AUTHOR = 'vitrylo.drafts-of'
const storageKey = (key: string) => PREFIX + key

/** Drafts are their author's: whoever signs in next on the same tab does not find them. Nobody is ''. */
export function keepDraftsOf(username: string) {
  try {
    if (sessionStorage.getItem(AUTHOR) === username) return
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key)
    sessionStorage.setItem(AUTHOR, username)
  } catch {
    // A closed storage keeps no drafts.
  }
}

/** What follows `prefix` in the keys of the drafts that are kept. */
export function draftsOf(prefix: string): string[] {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(storageKey(prefix))).map((key) => key.slice(storageKey(prefix).length))
  } catch {
    return []
  }
}

/** `base`: what of the record the form was begun with. `at`: when it was typed in last, ISO 8601; absent where the form begins anew. */
type Held<T, B> = { value: T; base: B | undefined; at?: string }

/** A draft that a release before this one kept does not say what it was begun with: it is not brought back. */
function stored<T, B>(key: string, initial: T): Held<T, B> | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(storageKey(key)) ?? 'null') as { value?: Partial<T>; base?: B; at?: string } | null
    return kept?.value && kept.at ? { value: { ...initial, ...kept.value }, base: kept.base, at: kept.at } : undefined
  } catch {
    return undefined
  }
}

/** `at`: when a draft that was brought back was typed in, ISO 8601; absent for a form that begins anew. */
export type Restored = { at: string | undefined; anew: () => void }

/**
 * Form state that outlives a sign-in on the way: kept in sessionStorage until the form was sent or given up. With it is kept what the form was
 * begun with, an etag or a record: what others saved since then, also before a draft was brought back, is a conflict and never written over
 * unseen. The key says which record it is of, and for a new one where it was begun.
 */
export function useDraft<T extends object, B = string>(key: string, initial: T, base?: B) {
  const [held, setHeld] = useState<Held<T, B>>(() => stored<T, B>(key, initial) ?? { value: initial, base })
  const change = useCallback(
    (patch: Partial<T>) =>
      setHeld((before) => {
        const next = { ...before, value: { ...before.value, ...patch } }
        try {
          sessionStorage.setItem(storageKey(key), JSON.stringify({ value: next.value, base: next.base, at: new Date().toISOString() }))
        } catch {
          // A full or closed storage costs only the draft.
        }
        return next
      }),
    [key],
  )
  const clear = useCallback(() => {
    try {
      sessionStorage.removeItem(storageKey(key))
    } catch {
      // Nothing was kept then.
    }
  }, [key])
  /** With a record as it is now; what was typed is given up. */
  const begin = (value: T, on: B | undefined) => {
    clear()
    setHeld({ value, base: on })
  }
  const restored: Restored = { at: held.at, anew: () => begin(initial, base) }
  return { value: held.value, base: held.base, change, clear, begin, restored }
}
