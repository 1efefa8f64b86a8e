import { useEffect } from 'react'

const watched = new Set<string>()

/** Somebody looks at how this import ends, or has just seen it: no notice need say so. Who went elsewhere wants one. */
export const isWatched = (id: string | undefined): boolean => id !== undefined && watched.has(id) && document.visibilityState === 'visible'

/** The import of an open dialog. Once its end was shown it stays seen when the dialog closes: the notice may come a moment later. */
export function useWatching(id: string | undefined, isOver: boolean) {
  useEffect(() => {
    if (id === undefined) return
    watched.add(id)
    return () => {
      if (!isOver) watched.delete(id)
    }
  }, [id, isOver])
}
