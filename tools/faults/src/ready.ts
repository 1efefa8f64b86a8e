import { setTimeout as delay } from 'node:timers/promises'
import { fetchToken, type Access } from '../../demo/src/load/api.ts'

// One list of every service: the gateway's own health says nothing of those behind it.
const LISTS = ['counterparties', 'opportunities', 'requests', 'calls', 'employees']

/** Seconds until the product gives tokens and every service answers again. */
export async function secondsUntilReady(access: Access, patienceMs = 60_000): Promise<number> {
  const began = performance.now()
  for (const deadline = began + patienceMs; performance.now() < deadline; await delay(50)) {
    if (await isReady(access)) return (performance.now() - began) / 1000
  }
  throw new Error(`not ready within ${patienceMs / 1000} s`)
}

async function isReady(access: Access): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(5_000)
    const authorization = `Bearer ${await fetchToken(access)}`
    const ask = (path: string) => fetch(`${access.origin}${path}`, { headers: { authorization }, signal }).then(({ ok }) => ok)
    const answers = await Promise.all(['/health/ready', ...LISTS.map((list) => `/api/v1/${list}?pageSize=1`)].map(ask))
    return answers.every(Boolean)
  } catch {
    return false
  }
}
