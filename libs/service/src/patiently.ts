import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '@vitrylo/errors'
import type { Readiness } from './readiness.ts'
import { fromStore } from './store-error.ts'

export type Waiting = {
  /** Of the database; its password is not shown. */
  databaseUrl: string
  readiness: Readiness
  signal?: AbortSignal | undefined
}

const PAUSE_MS = 500
const LOCK_NOT_AVAILABLE = '55P03'

/**
 * A step of the start that may begin anew. While its database is slow or away it is tried again, with the reason in
 * readiness: a store that comes back must find the process there, not in the pause after a crash.
 */
export async function patiently<T>({ databaseUrl, readiness, signal }: Waiting, step: () => Promise<T>): Promise<T> {
  for (;;) {
    signal?.throwIfAborted()
    try {
      return await step()
    } catch (error) {
      if (!isStoreAway(error)) throw error
      const why = (error as { code?: string }).code === LOCK_NOT_AVAILABLE ? 'has a table in use: a dump, a long statement, an index being made' : `does not answer: ${reasonOf(error)}`
      readiness.waitFor(`${placeOf(databaseUrl)} (VITRYLO_DATABASE_URL) ${why}`)
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {})
    }
  }
}

const AWAY = new Set(['STORE_UNAVAILABLE', 'STORE_FULL', 'STORE_TIMEOUT'])

/** Whether the same may succeed as soon as the database is well again. */
export function isStoreAway(error: unknown): boolean {
  const known = fromStore(error)
  return known instanceof AppError && AWAY.has(known.reason)
}

/** `database "contacts" at db:5432`, without user and password. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `database "${decodeURIComponent(pathname.slice(1))}" at ${host}`
}

export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string }
  return code ?? message
}
