import { setTimeout as delay } from 'node:timers/promises'

/** Waits, but not longer than until the signal. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}

/** What `work` comes to, or after `ms` what `late` gives or throws; the work itself goes on. */
export async function within<T, L>(ms: number, work: Promise<T>, late: () => L): Promise<T | L> {
  const over = new AbortController()
  try {
    return await Promise.race([work, delay(ms, undefined, { signal: over.signal }).then(late)])
  } finally {
    over.abort()
  }
}

export type Backoff = { next(): number; reset(): void }

/** Doubling pauses with jitter, so that processes that failed together do not come back together. */
export function createBackoff(firstMs: number, maxMs: number): Backoff {
  let ms = firstMs
  return {
    next() {
      const now = ms
      ms = Math.min(ms * 2, maxMs)
      return now * (0.75 + Math.random() / 4)
    },
    reset() {
      ms = firstMs
    },
  }
}
