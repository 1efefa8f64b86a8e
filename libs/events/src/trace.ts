import { AsyncLocalStorage } from 'node:async_hooks'

const current = new AsyncLocalStorage<string | undefined>()

/** Events appended inside `work` carry this W3C traceparent. */
export function withTraceparent<T>(traceparent: string | undefined, work: () => T): T {
  return current.run(traceparent, work)
}

export const currentTraceparent = (): string | undefined => current.getStore()
