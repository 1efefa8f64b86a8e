import { AppError } from '@vitrylo/errors'

type Bucket = { tokens: number; at: number }

/** Refuses a key that asks more often than agreed. */
export type RateLimit = (key: string) => void

const MAX_KEYS = 50_000

/**
 * Token buckets in memory: `perSecond` in the long run, a burst of `burst`. Each replica counts for itself, so a
 * caller spread over n replicas gets n times as much; that is the price of no shared counter in every request.
 */
export function createRateLimit(perSecond: number, burst = perSecond * 2, now: () => number = performance.now.bind(performance)): RateLimit {
  const buckets = new Map<string, Bucket>()
  return (key) => {
    const at = now()
    let bucket = buckets.get(key)
    if (bucket === undefined) {
      if (buckets.size >= MAX_KEYS) forgetFull(buckets, perSecond, burst, at)
      bucket = { tokens: burst, at }
      buckets.set(key, bucket)
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * perSecond)
    bucket.at = at
    if (bucket.tokens < 1) {
      const retryAfter = String(Math.ceil((1 - bucket.tokens) / perSecond))
      throw new AppError('RESOURCE_EXHAUSTED', 'RATE_LIMITED', 'too many requests, slow down', { retryAfter })
    }
    bucket.tokens -= 1
  }
}

/** A full bucket remembers nothing. When all are in use the oldest key goes. */
function forgetFull(buckets: Map<string, Bucket>, perSecond: number, burst: number, at: number): void {
  for (const [key, bucket] of buckets) {
    if (bucket.tokens + ((at - bucket.at) / 1000) * perSecond >= burst) buckets.delete(key)
  }
  if (buckets.size >= MAX_KEYS) buckets.delete(buckets.keys().next().value!)
}
