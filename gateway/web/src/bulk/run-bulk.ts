import { ApiError } from '../api/client.ts'

/** A record as it was just before the change, which may be another than when it was ticked, and as it is since. */
export type Change<T> = { before: T; after: T }

export type Outcome<T> = { done: Change<T>[]; failed: { row: T; error: unknown }[] }

type Options<T> = { signal: AbortSignal; onProgress: (outcome: Outcome<T>) => void; wait?: (ms: number, signal: AbortSignal) => Promise<void> }

const PARALLEL = 4
const MAX_REFUSALS = 10

/**
 * The same change on many records: each is a call of its own with its own right, answer and event, so that what fails does
 * not keep the others. The server's limit of requests is waited for, not counted as a failure. What was not begun when the
 * signal came is in neither list.
 */
export async function runBulk<T>(rows: readonly T[], act: (row: T) => Promise<Change<T>>, { signal, onProgress, wait = pause }: Options<T>): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: [], failed: [] }
  const left = [...rows]
  const work = async (): Promise<void> => {
    for (let row = left.shift(); row !== undefined && !signal.aborted; row = left.shift()) {
      try {
        outcome.done.push(await patiently(row, act, signal, wait))
      } catch (error) {
        outcome.failed.push({ row, error })
      }
      onProgress({ done: [...outcome.done], failed: [...outcome.failed] })
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, work))
  return outcome
}

async function patiently<T>(row: T, act: (row: T) => Promise<Change<T>>, signal: AbortSignal, wait: NonNullable<Options<T>['wait']>): Promise<Change<T>> {
  for (let refusals = 0; ; refusals++) {
    try {
      return await act(row)
    } catch (error) {
      const later = error instanceof ApiError && error.status === 429 && !signal.aborted && refusals < MAX_REFUSALS
      if (!later) throw error
      await wait(1000 * Math.max(1, Number(error.problem.metadata?.['retryAfter'] ?? 1)), signal)
    }
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
