import { setTimeout as delay } from 'node:timers/promises'

const PATIENCE_MS = 60_000

/** Waits until the gateway says that everything behind it works. */
export async function waitUntilReady(url: string): Promise<void> {
  let last = 'no answer'
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await delay(100)) {
    try {
      const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) })
      last = `${answer.status} ${(await answer.text()).slice(0, 500)}`
      if (answer.ok) return
    } catch (error) {
      last = (error as Error).message
    }
  }
  throw new Error(`Vitrylo did not become ready: ${last}`)
}
