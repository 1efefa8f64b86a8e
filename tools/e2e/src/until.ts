import { setTimeout as delay } from 'node:timers/promises'

/** Waits for what the server does by itself. Pages are waited for by playwright's own means. */
export async function until<T>(check: () => Promise<T>, what: string, timeoutMs = 30_000): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + timeoutMs; ; await delay(50)) {
    const found = await check()
    if (found) return found as NonNullable<T>
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`)
  }
}
