// Runs in a pod, on the gateway's image, with nothing but node: a constant load through the gateway, and its figures by
// HTTP on 8099. A request that fails is not repeated: what the product hides from its callers is what is measured.
//   GET /figures?from=MS&to=MS   POST /verify: reads back everything that was acknowledged
import { randomUUID } from 'node:crypto'
import { Agent, createServer, request as httpRequest } from 'node:http'

const { TARGET, TOKEN_URL, CLIENT_SECRET, RATE = '50', PORT = '8099' } = process.env as Record<string, string>

type Sample = { at: number; name: string; ms: number; failure?: string }
type Answer = { status: number; body: string }

// Few connections that live long, as an ingress controller holds them.
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const samples: Sample[] = []
const acknowledged: string[] = []
let token = ''

const READS = {
  contacts: 'counterparties?pageSize=20',
  sales: 'opportunities?pageSize=20',
  'service-desk': 'requests?pageSize=20',
  telephony: 'calls?pageSize=20',
  directory: 'employees?pageSize=20',
} as const
const names = Object.keys(READS) as (keyof typeof READS)[]

function send(method: string, url: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, headers, agent, timeout: 10_000 }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => (text += part)).on('end', () => resolve({ status: response.statusCode!, body: text })).on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s')))
    sent.on('error', reject)
    sent.end(body)
  })
}

async function authorise(): Promise<void> {
  const headers = { authorization: `Basic ${Buffer.from(`vitrylo-integration:${CLIENT_SECRET}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' }
  const { status, body } = await send('POST', TOKEN_URL!, headers, 'grant_type=client_credentials')
  if (status !== 200) throw new Error(`the issuer gave no token: ${status}`)
  token = (JSON.parse(body) as { access_token: string }).access_token
}

const call = (method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> =>
  send(method, `${TARGET}/api/v1/${path}`, { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }), ...headers }, body && JSON.stringify(body))

async function create(path: string, body: object): Promise<string> {
  const { status, body: text } = await call('POST', path, body, { 'idempotency-key': randomUUID() })
  if (status >= 300) throw new Error(`${status} ${text.slice(0, 200)}`)
  return (JSON.parse(text) as { id: string }).id
}

async function one(n: number, ownerId: string): Promise<void> {
  const at = Date.now()
  const name = n % 5 === 0 ? 'write' : names[n % names.length]!
  let failure: string | undefined
  try {
    if (name === 'write') acknowledged.push(await create('counterparties', { kind: 'organisation', displayName: `Навантаження ${n}`, responsibleId: ownerId }))
    else {
      const { status, body } = await call('GET', READS[name])
      if (status !== 200) failure = `${status} ${body.slice(0, 200)}`
    }
  } catch (error) {
    failure = (error as Error).message
  }
  samples.push({ at, name, ms: Date.now() - at, ...(failure !== undefined && { failure }) })
}

function figures(from: number, to: number): object {
  const within = samples.filter(({ at }) => at >= from && at < to)
  const times = within.map(({ ms }) => ms).toSorted((a, b) => a - b)
  const failed = within.filter(({ failure }) => failure !== undefined)
  // Between two answers; a stall of the product is a hole in this row.
  const ends = within.filter(({ failure }) => failure === undefined).map(({ at, ms }) => at + ms).toSorted((a, b) => a - b)
  const gaps = ends.map((end, index) => end - (ends[index - 1] ?? end))
  const quantile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  const kinds = Object.groupBy(failed, ({ name, failure }) => `${name}: ${failure}`)
  return {
    requests: within.length,
    failed: failed.length,
    failures: Object.fromEntries(Object.entries(kinds).map(([kind, of]) => [kind, of!.length]).slice(0, 10)),
    firstFailure: failed[0]?.at,
    lastFailure: failed.at(-1)?.at,
    failedNames: [...new Set(failed.map(({ name }) => name))],
    p50: quantile(0.5),
    p99: quantile(0.99),
    slowest: times.at(-1) ?? 0,
    longestGap: Math.max(0, ...gaps),
    acknowledged: acknowledged.length,
  }
}

/** Only an answer tells that a record is lost; a service that is late or away tells nothing, and is asked again. */
async function isThere(id: string): Promise<boolean> {
  const { status } = await call('GET', `counterparties/${id}`)
  if (status !== 200 && status !== 404) throw new Error(`${id}: ${status}`)
  return status === 200
}

async function verify(): Promise<object> {
  const lost: string[] = []
  const all = [...acknowledged]
  for (let from = 0; from < all.length; from += 20) {
    const part = all.slice(from, from + 20)
    const found = await Promise.all(part.map((id) => patiently(() => isThere(id))))
    lost.push(...part.filter((_, index) => !found[index]))
  }
  return { acknowledged: all.length, lost: lost.length, doubled: all.length - new Set(all).size }
}

createServer((request, response) => {
  const url = new URL(request.url!, 'http://here')
  const answer = url.pathname === '/verify' ? verify() : Promise.resolve(figures(Number(url.searchParams.get('from') ?? 0), Number(url.searchParams.get('to') ?? Infinity)))
  answer.then((value) => response.end(JSON.stringify(value)), (error: Error) => response.writeHead(500).end(error.message))
}).listen(Number(PORT))

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 120_000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}

await patiently(authorise)
// A token lasts five minutes; while the issuer is away the old one still holds.
setInterval(() => void authorise().catch(() => {}), 60_000)
const branchId = await patiently(() => create('branches', { name: 'Навантаження', code: `L${Date.now().toString(36)}` }))
const ownerId = await patiently(() => create('employees', { displayName: 'Випробувальниця', branchId }))
// The other services learn of her by events.
await patiently(async () => acknowledged.push(await create('counterparties', { kind: 'organisation', displayName: 'Перша', responsibleId: ownerId })))
let n = 0
const began = Date.now()
setInterval(() => {
  for (const due = ((Date.now() - began) * Number(RATE)) / 1000; n < due; n++) void one(n, ownerId)
}, 10)
