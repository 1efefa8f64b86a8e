import { setTimeout as delay } from 'node:timers/promises'

type Options = { timeoutMs?: number; everyMs?: number }

// No state that is waited for takes a quarter of it on a quiet machine: what a loaded one adds is no fault of the code. A shorter time is a promise under test.
const PATIENCE_MS = 30_000

/**
 * Polls until `check` gives something truthy, and gives that back. A check that throws (a failing expect, say) counts
 * as "not yet"; its last error is what the caller sees when the time is over.
 */
export async function until<T>(
  check: () => T | Promise<T>,
  { timeoutMs = PATIENCE_MS, everyMs = 10 }: Options = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      last = await check()
      if (last) return last as NonNullable<T>
    } catch (error) {
      last = error
    }
    if (Date.now() >= deadline) throw failure(last, timeoutMs)
    await delay(everyMs)
  }
}

function failure(last: unknown, timeoutMs: number): Error {
  if (last instanceof Error) {
    last.message = `not within ${timeoutMs} ms: ${last.message}`
    return last
  }
  return new Error(`not within ${timeoutMs} ms, the last value was ${JSON.stringify(last)}`)
}
