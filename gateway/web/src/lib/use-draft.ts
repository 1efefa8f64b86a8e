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

function stored<T>(key: string): Partial<T> | undefined {
  try {
    const text = sessionStorage.getItem(storageKey(key))
    return text ? (JSON.parse(text) as Partial<T>) : undefined
  } catch {
    return undefined
  }
}

/** Form state that outlives a sign-in on the way: kept in sessionStorage until the form was sent or given up. `restored`: it was brought back, not begun anew. */
export function useDraft<T extends object>(key: string, initial: T) {
  const [kept] = useState(() => stored<T>(key))
  const [value, setValue] = useState<T>({ ...initial, ...kept })
  const change = useCallback(
    (patch: Partial<T>) =>
      setValue((before) => {
        const next = { ...before, ...patch }
        try {
          sessionStorage.setItem(storageKey(key), JSON.stringify(next))
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
  return { value, change, clear, restored: kept !== undefined }
}
