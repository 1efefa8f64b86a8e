import { setTimeout as delay } from 'node:timers/promises'
import type { Call } from './call.ts'
import type { Deps } from './define.ts'

const YOUNG_MS = 60_000
const PAUSE_MS = 40
const TRIES = 100

/**
 * Looks for a record of another area in the own copy. When its id is so young that its event may still be on the way,
 * it looks again for some seconds: who has just added an employee can name it at once. Other ids are judged at once.
 */
export async function awaitArrival<T>(
  id: string,
  { now, signal }: Pick<Call, 'now' | 'signal'>,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  for (let tries = TRIES; ; tries--) {
    const found = await look()
    if (found !== undefined || tries === 0 || signal.aborted || !isYoung(id, now)) return found
    await delay(PAUSE_MS)
  }
}

/** The first 48 bits of a UUIDv7 are the milliseconds at which it was made. */
function isYoung(id: string, now: Date): boolean {
  const made = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  return Math.abs(now.getTime() - made) < YOUNG_MS
}

/** The same for employees and branches, which every service knows from directory; what is absent is passed over. */
export async function awaitColleagues(
  { rights }: Pick<Deps, 'rights'>,
  call: Pick<Call, 'now' | 'signal'>,
  employees: readonly (string | undefined)[],
  branches: readonly (string | undefined)[],
): Promise<void> {
  for (const id of employees) if (id) await awaitArrival(id, call, () => rights.data().employees.get(id))
  for (const id of branches) if (id) await awaitArrival(id, call, () => rights.data().branches.has(id) || undefined)
}
