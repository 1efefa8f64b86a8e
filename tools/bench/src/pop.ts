import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { createApi } from '../../demo/src/load/api.ts'
import type { Started } from './product.ts'
import { Browser } from '../../issuer/test/browser.ts'
import { percentile } from './statistics.ts'

export type PopJob = { origin: string; cookie: string; numbers: string[]; extensions: string[]; perSecond: number; seconds: number }
export type PopOutcome = { calls: number; latencies: number[] }
export type Pops = { calls: number; shown: number; p50: number; p99: number; max: number }

const EXTENSIONS = Array.from({ length: 40 }, (_, n) => String(1001 + n))

/** Calls of known clients ring at an exchange; how long until the card's event is in a browser. */
export async function measurePops(access: Started, { numbers, perSecond = 20, seconds = 15 }: { numbers: string[]; perSecond?: number; seconds?: number }): Promise<Pops> {
  const child = fork(fileURLToPath(new URL('pop-process.ts', import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = once(child, 'exit')
  const answer = async (): Promise<any> => {
    const [message] = await Promise.race([once(child, 'message'), ended.then(() => Promise.reject(new Error('the exchange ended')))])
    return message
  }
  try {
    await connect(access, await answer())
    const browser = new Browser(access.origin)
    await browser.signIn('admin', access.adminPassword)
    const cookie = browser.cookiesFor(new URL(access.origin))
    child.send({ origin: access.origin, cookie, numbers, extensions: EXTENSIONS, perSecond, seconds } satisfies PopJob)
    const { calls, latencies } = (await answer()) as PopOutcome
    latencies.sort((a, b) => a - b)
    return { calls, shown: latencies.length, p50: percentile(latencies, 50), p99: percentile(latencies, 99), max: latencies.at(-1) ?? Number.NaN }
  } finally {
    child.kill() // its exchange would go on listening
    await ended
  }
}

/** Only the employee behind an extension gets its pops: the administrator becomes one, with forty phones. */
async function connect(access: Started, pbx: { host: string; port: number; username: string; secret: string }): Promise<void> {
  const api = createApi(access)
  const branch = await api.post('branches', { name: 'Вимірювання', code: 'BENCH' })
  const employee = await api.post('employees', {
    displayName: 'Вимірювальниця',
    branchId: branch['id'],
    username: 'admin',
    groups: ['administrators'],
  })
  const saved = await api.post('pbxes', {
    ...pbx,
    name: 'АТС для вимірювання',
    kind: 'asterisk-ami',
    country: 'UA',
    branchId: branch['id'],
    trunks: ['trunk'],
    extensions: EXTENSIONS.map((extension) => ({ extension, employeeId: employee['id'] })),
    extensionPattern: '^1\\d{3}$',
  })
  for (const deadline = Date.now() + 20_000; ; await delay(100)) {
    const { link } = await api.get(`pbxes/${saved['id']}`)
    if (link?.state === 'up') break
    if (Date.now() > deadline) throw new Error(`the exchange is not connected: ${JSON.stringify(link)}`)
  }
  await delay(3_000) // the gateway learns by an event who the administrator is
}
