import { request as rawRequest } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, sql } from '@vitrylo/pg'
import { until } from '@vitrylo/testkit'
import { sampleContract } from './sample/contract.ts'
import { startSampleService, type SampleService } from './sample/service.ts'
import { startRig, type Rig } from './rig.ts'

const BASE = '/api/v1/gadgets'
const UUID = '01989b2c-0000-7000-8000-000000000001'
const LEAST = { name: 'a', kind: 'small' }

let service: SampleService
let rig: Rig

beforeAll(async () => {
  const contract = sampleContract()
  service = await startSampleService(contract)
  rig = await startRig({ contract, services: { sample: service.address }, env: { VITRYLO_DEADLINE_MS: '4000' } })
})

afterAll(async () => {
  await rig?.stop()
  await service?.stop()
})

test('a record goes in and out as the contract says', async () => {
  const full = {
    ...LEAST, kind: 'large-on-wheels', email: 'a@b.co', parts: [{ number: '+380441234567' }], price: { amount: '100.50', currency: 'UAH' },
    turnoverMinor: '9007199254740993', score: 0, customFields: { n: 1.5, deep: { a: [1, null] } }, ownerUserId: UUID, names: { en: 'K' },
    seenTime: '2026-09-01T10:00:00.123Z',
  }
  const made = await rig.call('POST', BASE, full)
  expect(made.status).toBe(200)
  expect(made.json).toMatchObject({ ...full, parts: [{ number: '+380441234567', label: '' }], tags: [], note: '' })
  expect(made.headers.get('etag')).toBe('"1"')
  expect(made.headers.get('cache-control')).toBe('no-store')
  const read = await rig.call('GET', `${BASE}/${made.json.id}`)
  expect(read.json).toEqual(made.json)
})

test.each([
  ['GET', `${BASE}:search`, 200], ['GET', `${BASE}?pageSize=2&kinds=small&kinds=large-on-wheels&showDeleted=true`, 200],
  ['GET', `${BASE}/${UUID}:nope`, 404], ['GET', `${BASE}:nope`, 404], ['GET', `${BASE}/${UUID}:card:card`, 404], ['GET', `${BASE}/`, 404],
  ['POST', `${BASE}/${UUID}:card`, 405], ['PUT', BASE, 405], ['OPTIONS', BASE, 405], ['GET', `${BASE}/${UUID}:close`, 405], ['GET', '/api/v2/x', 404],
])('%s %s is answered with %i', async (method, path, status) => {
  const answer = await rig.call(method, path)
  expect(answer.status).toBe(status)
  if (status >= 400) expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
})

test('a refused verb names the possible ones; HEAD is GET without a body', async () => {
  expect((await rig.call('PUT', BASE)).headers.get('allow')).toBe('GET, HEAD, POST')
  const head = await rig.call('HEAD', BASE)
  expect([head.status, head.text]).toEqual([200, ''])
})

test('all wrong fields are named in one answer, as the client wrote them', async () => {
  const wrong = {
    name: '', kind: 'SMALL', parts: [{ number: '12' }, { bogus: 1 }], price: { amount: '1e5' }, turnoverMinor: 12, score: 101, tags: ['a', 'a'],
    ownerUserId: UUID, ownerDepartmentId: UUID, names: { english: 'K' }, more: 1,
  }
  expect(await rig.fields('POST', BASE, wrong)).toEqual([
    'kind choice', 'more unknown', 'name required', 'names.english format', 'ownerDepartmentId oneof', 'ownerUserId oneof',
    'parts[0].number format', 'parts[1].bogus unknown', 'parts[1].number required', 'price.amount format', 'price.currency required',
    'score range', 'tags unique', 'turnoverMinor type',
  ])
  expect(await rig.fields('GET', `${BASE}?pageSize=many&kinds=x&showDeleted=perhaps&filter=1&pageSize=2`)).toEqual(
    ['filter unknown', 'kinds[0] choice', 'pageSize type', 'showDeleted type'])
  expect(await rig.fields('POST', BASE, { ...LEAST, turnoverMinor: '9999999999999999999' })).toEqual(['turnoverMinor format'])
  expect(await rig.fields('POST', BASE, { ...LEAST, seenTime: '2026-02-31T10:00:00Z' })).toEqual(['seenTime format'])
  expect(await rig.fields('POST', BASE)).toEqual(['gadget required'])
  expect(await rig.fields('POST', BASE, [])).toEqual(['gadget type'])
  expect(await rig.fields('POST', `${BASE}/${UUID}:close`, [])).toEqual(['body type'])
  expect(await rig.fields('POST', `${BASE}?name=x`, LEAST)).toEqual(['name unknown'])
})

test('a partial update changes what it names, null clears, what was read can be sent back', async () => {
  const { json: made } = await rig.call('POST', BASE, { ...LEAST, email: 'a@b.co', parts: [{ number: '+380441234567' }] })
  const path = `${BASE}/${made.id}`
  const changed = await rig.call('PATCH', path, { email: null, parts: null, note: 'n' }, { 'if-match': '"1"' })
  expect(changed.status).toBe(200)
  expect(changed.json).toMatchObject({ name: 'a', note: 'n', parts: [], etag: '2' })
  expect(changed.json.email).toBeUndefined()
  expect((await rig.call('PATCH', path, changed.json)).status).toBe(200)
  expect(service.calls.at(-1)!.request.updateMask.paths).not.toContain('create_time')
  expect(await rig.fields('PATCH', `${path}?updateMask=bogus`, { note: 'm' })).toEqual(['updateMask unknown'])
  expect(await rig.fields('PATCH', `${path}?updateMask=createTime`, { note: 'm' })).toEqual(['updateMask unknown'])
  expect(await rig.fields('PATCH', path, { note: 1, bogus: null })).toEqual(['bogus unknown', 'note type'])
  const replaced = await rig.call('PATCH', `${path}?updateMask=*`, LEAST)
  expect(replaced.json).toMatchObject({ name: 'a', note: '', parts: [] })
})

test('a stale etag is 412, in the header or in the body', async () => {
  const { json: made } = await rig.call('POST', BASE, LEAST)
  const path = `${BASE}/${made.id}`
  await rig.call('PATCH', path, { note: 'first' })
  for (const etag of ['1', '"1"', 'W/"1"']) expect((await rig.call('PATCH', path, { note: 'x' }, { 'if-match': etag })).status).toBe(412)
  const inBody = await rig.call('PATCH', path, { note: 'x', etag: '1' })
  expect([inBody.status, inBody.json.reason]).toEqual([412, 'ETAG_MISMATCH'])
  expect((await rig.call('DELETE', path, undefined, { 'if-match': '1' })).status).toBe(412)
  expect((await rig.call('PATCH', path, { note: 'x' }, { 'if-match': '*' })).status).toBe(200)
  expect((await rig.call('DELETE', path, undefined, { 'if-match': '3' })).status).toBe(204)
  expect((await rig.call('GET', path)).json.reason).toBe('NOT_FOUND')
  expect(await rig.fields('POST', BASE, LEAST, { 'if-match': '1' })).toEqual(['If-Match unknown'])
})

test('an idempotency key goes to the service; reused for another body it is 422', async () => {
  const key = 'order 17/ü'.replace('ü', '!')
  const first = await rig.call('POST', BASE, LEAST, { 'idempotency-key': key })
  const again = await rig.call('POST', BASE, LEAST, { 'idempotency-key': key })
  expect(again.text).toBe(first.text)
  const other = await rig.call('POST', BASE, { ...LEAST, name: 'b' }, { 'idempotency-key': key })
  expect([other.status, other.json.reason]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  for (const bad of ['x'.repeat(129), 'naïve']) {
    expect(await rig.fields('POST', BASE, LEAST, { 'idempotency-key': bad })).toEqual(['Idempotency-Key format'])
  }
})

test('a text that is no id names nothing', async () => {
  for (const [method, path] of [['GET', `${BASE}/42`], ['PATCH', `${BASE}/x`], ['DELETE', `${BASE}/%27`], ['POST', `${BASE}/x:close`], ['PUT', `${BASE}/x/content`], ['GET', `${BASE}/x:file`]] as const) {
    const { status, json } = await rig.call(method, path, method === 'PATCH' ? { note: 'x' } : undefined)
    expect([path, status, json?.reason, json?.metadata.kind]).toEqual([path, 404, 'NOT_FOUND', 'gadget'])
  }
})

test('a service learns the token, the trace and the key, and nothing else of the headers', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const forged = { 'x-user': 'admin', 'x-forwarded-user': 'admin', 'x-employee-id': UUID, 'x-forwarded-for': '10.0.0.1', 'client-address': '10.0.0.2', 'session-id': UUID, 'grpc-metadata-client-address': '10.0.0.3', cookie: 'vitrylo_session=x' }
  const answer = await rig.call('GET', BASE, undefined, { traceparent, 'idempotency-key': 'k', ...forged })
  expect(answer.headers.get('x-request-id')).toBe('0af7651916cd43dd8448eb211c80319c')
  const { metadata } = service.calls.at(-1)!
  expect(metadata.get('traceparent')).toEqual([traceparent])
  expect(Object.keys(metadata.getMap()).sort()).toEqual(['authorization', 'client-address', 'grpc-accept-encoding', 'traceparent', 'user-agent'].filter((name) => name in metadata.getMap()))
  expect(metadata.get('client-address').map((address) => String(address).replace('::ffff:', ''))).toEqual(['127.0.0.1'])
  const bad = await rig.call('GET', `${BASE}/x`, undefined, { traceparent: 'nonsense' })
  expect(bad.json.traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(bad.json.traceId).toBe(bad.headers.get('x-request-id'))
})

test('a bug of a service is 500 without its text', async () => {
  const { status, text } = await rig.call('POST', BASE, { ...LEAST, name: 'bug' })
  expect(status).toBe(500)
  expect(text).not.toMatch(/secret|constraint/)
})

test('a service that takes too long is 504; a client that leaves cancels the call', async () => {
  const { json: made } = await rig.call('POST', BASE, LEAST)
  const late = await rig.call('POST', `${BASE}/${made.id}:close`, { reason: 'slow' })
  expect([late.status, late.json.reason]).toEqual([504, 'DEADLINE_EXCEEDED'])
  service.cancelled.length = 0
  const before = service.calls.length
  const token = await rig.issuer.token('olena')
  const gone = rawRequest(`${rig.origin}${BASE}/${made.id}:close`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } })
  gone.on('error', () => {})
  gone.end(JSON.stringify({ reason: 'slow' }))
  await until(() => service.calls.length > before)
  gone.destroy()
  await until(() => service.cancelled.includes('CloseGadget'), { timeoutMs: 3_000 })
})

test('only what may be repeated is repeated when a server goes away', async () => {
  service.failNext(2)
  expect((await rig.call('GET', BASE)).status).toBe(200)
  service.failNext(1)
  const once = await rig.call('POST', BASE, LEAST)
  expect([once.status, once.json.reason, once.headers.get('retry-after')]).toEqual([503, 'SERVICE_UNAVAILABLE', '1'])
  service.failNext(2)
  expect((await rig.call('POST', BASE, LEAST, { 'idempotency-key': 'again' })).status).toBe(200)
})

test('a file is passed on in parts of at most 64 kB, with the variables in the first', async () => {
  const { json: made } = await rig.call('POST', BASE, LEAST)
  const file = Buffer.alloc(1_000_000, 'ї')
  const headers = { authorization: `Bearer ${await rig.issuer.token('olena')}`, 'content-type': 'text/csv; charset=windows-1251' }
  const answer = await fetch(`${rig.origin}${BASE}/${made.id}/content`, { method: 'PUT', headers, body: file })
  expect([answer.status, ((await answer.json()) as { id: string }).id]).toEqual([200, made.id])
  expect(service.uploaded.bytes.equals(file)).toBe(true)
  expect(service.uploaded.first).toMatchObject({ id: made.id, contentType: 'text/csv; charset=windows-1251' })
  expect(service.uploaded.parts).toBeGreaterThan(15)
  const absent = await fetch(`${rig.origin}${BASE}/${UUID}/content`, { method: 'PUT', headers, body: file })
  expect(absent.status).toBe(404)
  const form = await fetch(`${rig.origin}${BASE}/${made.id}/content`, { method: 'PUT', headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' }, body: file })
  expect(form.status).toBe(415)
})

test('a file is saved, never shown; a refusal before its first part is a problem', async () => {
  const { json: made } = await rig.call('POST', BASE, { ...LEAST, note: 'рядок;помилка\n' })
  const file = await rig.call('GET', `${BASE}/${made.id}:file`)
  expect([file.status, file.text]).toEqual([200, 'рядок;помилка\n'])
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="gadget-file.csv"')
  expect(file.headers.get('x-content-type-options')).toBe('nosniff')
  const absent = await rig.call('GET', `${BASE}/${UUID}:file`)
  expect([absent.status, absent.json?.reason]).toEqual([404, 'NOT_FOUND'])
})

test('a file that is still on its way ends within 5 s with the token that asked for it', async () => {
  const { json: made } = await rig.call('POST', BASE, { ...LEAST, note: 'endless' })
  const file = await fetch(`${rig.origin}${BASE}/${made.id}:file`, { headers: { authorization: `Bearer ${await rig.issuer.token('taras')}` } })
  expect(file.status).toBe(200)
  await until(async () => (await exec(rig.pool, sql`update token_use set cut_at = now() where username = 'taras'`)).rowCount === 1)
  const begun = Date.now()
  await expect(file.text()).rejects.toThrow()
  expect(Date.now() - begun).toBeLessThan(5_000)
})

test('the document and its page are there for everybody', async () => {
  const document = await rig.call('GET', '/api/openapi.json', undefined, { authorization: '' })
  expect(document.json.openapi).toBe('3.1.1')
  const page = await rig.call('GET', '/api/docs')
  expect(page.text).toContain('/api/v1/gadgets/{id}:close')
  expect(page.text).not.toContain('<script')
})
