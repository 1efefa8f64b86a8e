import { useState } from 'react'

/** A small preference of this browser: folded tree, hidden columns. */
export function useStored<T>(key: string, initial: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    try {
      const text = localStorage.getItem(`vitrylo.${key}`)
      return text === null ? initial : (JSON.parse(text) as T)
    } catch {
      return initial
    }
  })
  const store = (next: T) => {
    setValue(next)
    try {
      localStorage.setItem(`vitrylo.${key}`, JSON.stringify(next))
    } catch {
      // The choice then lasts until the page is closed.
    }
  }
  return [value, store]
}
