import { useSyncExternalStore } from 'react'

const query = matchMedia('(max-width: 719px)')

const subscribe = (watcher: () => void) => {
  query.addEventListener('change', watcher)
  return () => query.removeEventListener('change', watcher)
}

/** True where the layout is that of a phone. */
export const usePhoneWidth = () => useSyncExternalStore(subscribe, () => query.matches)
