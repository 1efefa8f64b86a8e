import { networkOf } from '@vitrylo/auth/network-of.ts'
import { AppError } from '@vitrylo/errors'
import type { FastifyRequest } from 'fastify'

type Rate = { perSecond: number; burst: number }
type Bucket = Rate & { tokens: number; at: number }

/** Refuses a key that asks more often than agreed, an address with the rest of its network; `perMinute` is agreed with this one, where it is given. */
export type RateLimit = (key: string, perMinute?: number) => void

const MAX_KEYS = 50_000

/** A quarter of a minute's share may come at once. */
const agreed = (perMinute: number): Rate => ({ perSecond: perMinute / 60, burst: Math.max(1, perMinute / 4) })

/**
 * Token buckets in memory: `perSecond` in the long run, a burst of `burst`. Each replica counts for itself, so a
 * caller spread over n replicas gets n times as much; that is the price of no shared counter in every request.
 */
export function createRateLimit(perSecond: number, burst = perSecond * 2, now: () => number = performance.now.bind(performance)): RateLimit {
  const buckets = new Map<string, Bucket>()
  const usual = { perSecond, burst }
  let looked = -Infinity
  /** Looks through all of them once a second and no oftener: a flood of new keys must cost no more than they do. */
  const makeRoom = (at: number): void => {
    if (at - looked >= 1_000) forgetFull(buckets, at)
    looked = Math.max(looked, at)
    if (buckets.size >= MAX_KEYS) buckets.delete(buckets.keys().next().value!)
  }
  return (asking, perMinute) => {
    const key = networkOf(asking)
    const at = now()
    const rate = perMinute === undefined ? usual : agreed(perMinute)
    let bucket = buckets.get(key)
    if (bucket === undefined) {
      if (buckets.size >= MAX_KEYS) makeRoom(at)
      bucket = { ...rate, tokens: rate.burst, at }
      buckets.set(key, bucket)
    }
    Object.assign(bucket, rate, { tokens: Math.min(rate.burst, filled(bucket, at)), at })
    if (bucket.tokens < 1) {
      const retryAfter = String(Math.ceil((1 - bucket.tokens) / rate.perSecond))
      throw new AppError('RESOURCE_EXHAUSTED', 'RATE_LIMITED', 'too many requests, slow down', { retryAfter })
    }
    bucket.tokens -= 1
  }
}

/** Counts tries to sign in of the address that a request comes from. */
export type SignInLimit = (request: FastifyRequest) => void

/**
 * A page of another site can make a browser ask as often as it likes: a share of its own for these, that one open page
 * does not keep from signing in everybody who has the same address.
 */
export function createSignInLimit(perMinute: number): SignInLimit {
  const own = createRateLimit(perMinute / 60, perMinute)
  const foreign = createRateLimit(perMinute / 240, Math.max(1, perMinute / 4))
  return ({ ip, headers }) => (headers['sec-fetch-site'] === 'cross-site' ? foreign : own)(ip)
}

const filled = ({ tokens, perSecond, at: since }: Bucket, at: number): number => tokens + ((at - since) / 1000) * perSecond

/** A full bucket remembers nothing. */
function forgetFull(buckets: Map<string, Bucket>, at: number): void {
  for (const [key, bucket] of buckets) if (filled(bucket, at) >= bucket.burst) buckets.delete(key)
}
