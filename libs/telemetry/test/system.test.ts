import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { branches, people, until } from '@vitrylo/testkit'
import { parse } from 'yaml'
import { startPbxSimulator, type PbxSimulator } from '../../../tools/pbx-simulator/index.ts'
import { startReceiver, type ReceivedSpan, type Receiver } from './otlp-receiver.ts'
import { startProduct, type Product } from './product.ts'
import { seriesOf, type Series } from './series.ts'

// What people put in. None of it, in whatever part of the product it passes, may come out in what the product tells of itself.
const mark = randomBytes(4).toString('hex')
const CANARY = {
  name: `Канаренко${mark}`,
  firm: `ТОВ «Канарка ${mark}»`,
  phone: `+38067${String(Number.parseInt(mark.slice(0, 6), 16)).padStart(7, '0').slice(0, 7)}`,
  mail: `kanarka-${mark}@client.example`,
  password: `gasloKanarky${mark}`,
  query: `shukaikanarku${mark}`,
  caller: `+380509${String(Number.parseInt(mark.slice(2), 16) % 1_000_000).padStart(6, '0')}`,
}
const EXTENSION = '1001'
const TRACEPARENT = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`
const [, TRACE, BROWSER] = TRACEPARENT.split('-') as [string, string, string]

let receiver: Receiver
let product: Product
let simulator: PbxSimulator
let stream: AbortController

beforeAll(async () => {
  receiver = await startReceiver()
  product = await startProduct({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, VITRYLO_METRICS: '1' }, ['contacts', 'sales', 'telephony'])
  simulator = await startPbxSimulator({ port: 0, host: '127.0.0.1', username: 'vitrylo', secret: CANARY.password })
  stream = new AbortController()
  await useIt()
})

afterAll(async () => {
  stream?.abort()
  await simulator?.stop()
  await product?.stop()
  await receiver?.stop()
})

async function useIt(): Promise<void> {
  const { call } = product
  const client = {
    kind: 'organisation', displayName: CANARY.firm, fullName: CANARY.firm, roles: ['client'],
    channels: [{ kind: 'phone', value: CANARY.phone, primary: true }, { kind: 'email', value: CANARY.mail, primary: true }],
  }
  const made = await call('POST', '/api/v1/counterparties', client, { traceparent: TRACEPARENT })
  expect(made.status).toBe(200)
  const person = { displayName: CANARY.name, positions: [{ counterpartyId: made.json.id, title: 'директорка' }], channels: [{ kind: 'phone', value: CANARY.caller }] }
  expect((await call('POST', '/api/v1/contact-persons', person)).status).toBe(200)
  expect((await call('GET', `/api/v1/counterparties:search?q=${encodeURIComponent(CANARY.name)}`)).status).toBe(200)
  await call('GET', `/api/v1/counterparties?filter=${CANARY.query}&q=${CANARY.query}`)
  await call('POST', '/api/v1/counterparties', { ...client, taxCode: CANARY.query, kind: CANARY.query })
  await call('POST', '/api/v1/counterparties', `{"displayName": "${CANARY.name}`, { 'content-type': 'application/json' })
  await call('GET', `/api/v1/counterparties/${CANARY.query}`)
  await call('GET', `/nowhere/${encodeURIComponent(CANARY.name)}?q=${CANARY.query}`)
  await call('GET', '/api/v1/counterparties', undefined, { authorization: `Bearer ${CANARY.password}` })
  await call('GET', '/api/v1/employees') // a service that is away
  await importFile()
  await ring()
}

/** Good and bad rows through the job of an import. */
async function importFile(): Promise<void> {
  const { call } = product
  const { json } = await call('POST', '/api/v1/imports', { fileName: `${CANARY.name}.csv`, kind: 'counterparty' })
  const path = `/api/v1/imports/${json.id}`
  const rows = `displayName,kind,email\n"${CANARY.name} 2",person,x-${CANARY.mail}\n"${CANARY.name}",${CANARY.name},${CANARY.query}\n`
  expect((await call('PUT', `${path}/content`, rows)).status).toBe(200)
  expect((await call('POST', `${path}:run`, {})).status).toBe(200)
  const ended = await until(async () => (await call('GET', path)).json.state === 'done' && (await call('GET', path)).json, { everyMs: 200 })
  expect(ended).toMatchObject({ created: '1', failed: '1' })
  expect((await call('GET', `${path}:errorFile`)).text).toContain(CANARY.query)
}

/** A call comes in at an exchange and is shown in a browser. */
async function ring(): Promise<void> {
  const { call, origin, token } = product
  const pbx = {
    name: 'АТС', kind: 'asterisk-ami', country: 'UA', host: '127.0.0.1', port: simulator.port, username: 'vitrylo', secret: CANARY.password,
    branchId: branches.head, trunks: ['trunk'], extensionPattern: '^1\\d{3}$', extensions: [{ extension: EXTENSION, employeeId: people.admin.id }],
  }
  const saved = await call('POST', '/api/v1/pbxes', pbx)
  expect(saved.status).toBe(200)
  await until(async () => (await call('GET', `/api/v1/pbxes/${saved.json.id}`)).json.link?.state === 'up', { everyMs: 100 })
  const live = await fetch(`${origin}/api/v1/events`, { headers: { authorization: `Bearer ${token}` }, signal: stream.signal })
  let seen = ''
  void (async () => {
    for await (const part of live.body!.pipeThrough(new TextDecoderStream())) seen += part
  })().catch(() => {})
  simulator.play({ callerNumber: CANARY.caller, extension: EXTENSION, ringSeconds: 1, talkSeconds: 1 })
  await until(() => seen.includes('event: vitrylo.telephony.v1.CallOffered'))
  await until(() => seen.includes('event: vitrylo.telephony.v1.CallEnded'))
}

/** The span, once it has come in, that `of` describes. */
function arrived(of: Partial<ReceivedSpan>): Promise<ReceivedSpan> {
  const fits = (span: ReceivedSpan): boolean => Object.entries(of).every(([key, value]) => span[key as keyof ReceivedSpan] === value)
  return until(() => receiver.spans.find(fits) ?? fail(of), { everyMs: 50 })
}

function fail(of: object): never {
  const known = receiver.spans.filter(({ traceId }) => traceId === (of as ReceivedSpan).traceId).map((span) => `${span.spanId} of ${span.parentSpanId || 'none'}: ${span.service} ${span.kind} ${span.name}`)
  throw new Error(`no span ${JSON.stringify(of)} among\n${known.join('\n')}`)
}

test('one trace leads from the request of a browser to the effect in another service', async () => {
  const rpc = 'vitrylo.contacts.v1.CounterpartyService/CreateCounterparty'
  const topic = 'vitrylo.contacts.counterparty.v1'
  const request = await arrived({ traceId: TRACE, parentSpanId: BROWSER, service: 'gateway', kind: 'server', name: 'POST /api/v1/counterparties' })
  const asked = await arrived({ traceId: TRACE, parentSpanId: request.spanId, service: 'gateway', kind: 'client', name: rpc })
  const served = await arrived({ traceId: TRACE, parentSpanId: asked.spanId, service: 'contacts', kind: 'server', name: rpc })
  await arrived({ traceId: TRACE, parentSpanId: served.spanId, service: 'contacts', kind: 'client', name: 'insert timeline' })
  const sent = await arrived({ traceId: TRACE, parentSpanId: served.spanId, service: 'contacts', kind: 'producer', name: `publish ${topic}` })
  const applied = await arrived({ traceId: TRACE, parentSpanId: sent.spanId, service: 'sales', kind: 'consumer', name: `process ${topic}` })
  const effect = await arrived({ traceId: TRACE, parentSpanId: applied.spanId, service: 'sales', kind: 'client', name: 'insert counterparty' })
  expect(effect.attributes['db.query.text']).toContain('insert into counterparty')
  const roots = receiver.spans.filter(({ traceId, parentSpanId }) => traceId === TRACE && !receiver.spans.some(({ spanId }) => spanId === parentSpanId))
  expect(roots).toEqual([request])
})

test('the trace of a call leads from the exchange to the table that browsers are fed from', async () => {
  const sent = await until(() => receiver.spans.find(({ kind, attributes }) => kind === 'producer' && attributes['vitrylo.event.type'] === 'vitrylo.telephony.v1.CallOffered'))
  const { traceId } = sent
  const heard = await arrived({ traceId, spanId: sent.parentSpanId, service: 'telephony', name: 'pbx events', parentSpanId: '' })
  expect(heard.failed).toBe(false)
  const applied = await arrived({ traceId, parentSpanId: sent.spanId, service: 'gateway', kind: 'consumer' })
  await arrived({ traceId, parentSpanId: applied.spanId, service: 'gateway', kind: 'client' })
})

test('a span that failed says so by a code', async () => {
  const away = await arrived({ service: 'gateway', kind: 'server', name: 'GET /api/v1/employees' })
  expect(away).toMatchObject({ failed: true, attributes: { 'http.response.status_code': '503', 'error.type': '503' } })
})

test('log lines name the trace that they belong to', async () => {
  for (const name of ['gateway', 'contacts'] as const) {
    const lines = product.parts[name]!.log().split('\n').filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>)
    const answered = lines.filter(({ msg }) => msg === 'request' || msg === 'call' || msg === 'call refused')
    expect(answered.length).toBeGreaterThan(3)
    expect(answered.filter(({ trace_id }) => !/^[0-9a-f]{32}$/.test(String(trace_id)))).toEqual([])
    expect(answered.filter(({ trace_id }) => trace_id === TRACE)).toHaveLength(1)
  }
})

type Documented = { metrics: { name: string; type: string; unit: string; labels: string[]; meaning: string }[]; spans: { name: string; kind: string; attributes: string[] }[]; failure: string }

const documented = parse(readFileSync(new URL('../../../docs/telemetry.yaml', import.meta.url), 'utf8')) as Documented

async function emitted(): Promise<Series[]> {
  const texts = await Promise.all(Object.values(product.parts).map((part) => part.metrics()))
  return texts.flatMap(seriesOf)
}

test('the documented metrics are those that are told, with their labels', async () => {
  const told = new Map<string, object>()
  for (const { name, type, unit, labels } of await emitted()) told.set(name, { name, type, unit, labels })
  const byName = (list: object[]): object[] => list.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
  expect(byName([...told.values()])).toEqual(byName(documented.metrics.map(({ name, type, unit, labels }) => ({ name, type, unit, labels: [...labels].sort() }))))
})

test('the documented spans are those that are made, with their attributes', async () => {
  const patterns = documented.spans.map((span) => ({ ...span, pattern: patternOf(span.name), used: new Set<string>() }))
  for (const { name, kind, attributes } of receiver.spans) {
    const fits = patterns.filter((span) => span.kind === kind && span.pattern.test(name))
    expect({ name, kind, known: fits.length > 0 }).toEqual({ name, kind, known: true })
    const allowed = new Set([...fits.flatMap((span) => span.attributes), documented.failure])
    expect({ name, unknown: Object.keys(attributes).filter((key) => !allowed.has(key)) }).toEqual({ name, unknown: [] })
    for (const span of fits) Object.keys(attributes).forEach((key) => span.used.add(key))
  }
  for (const { name, kind, attributes, used } of patterns) expect({ name, kind, unused: attributes.filter((key) => !used.has(key)) }).toEqual({ name, kind, unused: [] })
})

const SHAPES: Record<string, string> = { method: '[A-Z]+', route: '\\S+', rpc: 'vitrylo\\.[\\w.]+/\\w+', statement: '[a-z]+', table: '[\\w.]+', topic: 'vitrylo\\.[\\w.]+', name: '[\\w-]+' }

function patternOf(name: string): RegExp {
  const source = name.replaceAll(/ ?\{(\w+)\}/g, (all, part: string) => (part === 'table' ? `( ${SHAPES[part]})?` : all.replace(`{${part}}`, SHAPES[part]!)))
  return new RegExp(`^${source}$`)
}

test('what the product tells of itself holds nothing of what people put in', async () => {
  const places: Record<string, Buffer> = { spans: Buffer.concat(receiver.bodies) }
  for (const part of Object.values(product.parts)) {
    places[`metrics of ${part.name}`] = Buffer.from(await part.metrics())
    places[`log of ${part.name}`] = Buffer.from(part.log())
  }
  expect(places.spans!.length).toBeGreaterThan(20_000)
  for (const [place, text] of Object.entries(places)) expect({ place, told: text.length > 500 }).toEqual({ place, told: true })
  const digits = (phone: string): string => phone.replace('+', '')
  const secrets = { ...CANARY, mark, phoneDigits: digits(CANARY.phone), callerDigits: digits(CANARY.caller), local: CANARY.phone.slice(3), token: product.token.slice(-40) }
  const forms = (text: string): string[] => [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), text.toLowerCase(), Buffer.from(text).toString('base64').slice(0, -4)]
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(secrets).flatMap(([secret, value]) => (forms(value).some((form) => text.includes(form)) ? [`${secret} in ${place}`] : [])),
  )
  expect(found).toEqual([])
})

test('spans and metrics go on while ids that nobody has are asked for', async () => {
  await product.call('GET', `/api/v1/counterparties/${randomUUID()}`)
  const told = (await emitted()).filter(({ name }) => name === 'rpc_server_call_duration_seconds')
  expect(told.some(({ samples }) => samples.some((sample) => sample.includes('rpc_response_status_code="NOT_FOUND"')))).toBe(true)
})
