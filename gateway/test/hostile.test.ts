import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sampleContract } from './sample/contract.ts'
import { startSampleService, type SampleService } from './sample/service.ts'
import { startRig, type Rig } from './rig.ts'
import { parseStrictJson } from '../src/http/strict-json.ts'

const BASE = '/api/v1/gadgets'
const LEAST = { name: 'a', kind: 'small' }

let service: SampleService
let rig: Rig

beforeAll(async () => {
  const contract = sampleContract()
  service = await startSampleService(contract)
  rig = await startRig({ contract, services: { sample: service.address } })
})

afterAll(async () => {
  await rig?.stop()
  await service?.stop()
})

/** Bytes as given; the answer up to the end of the connection. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(rig.origin).port), '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (data) => (answer += data)).on('close', () => resolve(answer)).on('error', reject)
    socket.setTimeout(5_000, () => socket.destroy())
  })
}

async function post(body: string, type: string | undefined): Promise<number> {
  const lines = [
    `POST ${BASE} HTTP/1.1`, 'host: crm.test', `authorization: Bearer ${await rig.issuer.token('olena')}`,
    ...(type === undefined ? [] : [`content-type:${type}`]), `content-length: ${Buffer.byteLength(body)}`, 'connection: close',
  ]
  return Number((await raw(`${lines.join('\r\n')}\r\n\r\n${body}`)).slice(9, 12))
}

describe('the type of a body', () => {
  const good = [' application/json', ' APPLICATION/JSON', ' application/json; charset=utf-8', ' application/json;charset=UTF-8']
  const bad = [
    ' application/json;', ' application/json ;', ' application/json; ', ' application/json;;', ' application/json\t', ' application/json\t;',
    ' application/json; charset=utf-16', ' application/json; charset=', ' application/json; charset="utf-8"', ' application/json; x=y',
    ' application/json, application/json', ' application/json,text/plain', ' application/jsonp', ' application/json5', ' application/x-json',
    ' application/vnd.api+json', ' application/merge-patch+json', ' application/problem+json', ' text/json', ' text/plain', ' text/plain; application/json',
    ' text/html', ' */*', ' application/*', ' application', ' json', ' application/json/', ' /json', ' application /json', ' application/ json',
    ' application\\json', ' "application/json"', ' multipart/form-data; boundary=x', ' application/x-www-form-urlencoded', ' application/xml',
    ' application/octet-stream', ' application/json\u00a0', ' application/json%3B', '', undefined,
  ]
  test.each(good)('%j is JSON', async (type) => expect(await post('{"name":1}', type)).toBe(400))

  test.each(bad)('%j is refused before anything reads the body', async (type) => {
    const before = service.calls.length
    for (const body of [JSON.stringify(LEAST), '{"name":1,"admin":true}']) {
      const status = await post(body, type)
      // Blanks around a value may be taken away before anybody sees them.
      const trimmed = type !== undefined && good.includes(` ${type.trim()}`)
      expect(trimmed ? [200, 400, 415] : [400, 415]).toContain(status)
      if (!trimmed) expect(service.calls.length).toBe(before)
    }
  })
})

describe('a body', () => {
  const nested = (depth: number) => `{"customFields":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)},"name":"a","kind":"small"}`
  test.each([
    ['is cut off', '{"name":"a"'], ['is no JSON', "{name:'a'}"], ['holds NaN', '{"name":"a","score":NaN}'], ['has the same name twice', '{"name":"a","name":"b","kind":"small"}'],
    ['has the same name twice, once escaped', '{"name":"a","n\\u0061me":"b","kind":"small"}'], ['has a name twice deep inside', '{"customFields":{"a":{"b":1,"b":2}}}'],
    ['is too deep', nested(33)], ['is very deep', '['.repeat(500_000)], ['holds half of a surrogate pair', '{"name":"\\ud800","kind":"small"}'],
    ['has such a name', '{"customFields":{"\\udc00":1}}'], ['holds a number beyond doubles', '{"name":"a","kind":"small","customFields":{"a":-1e400}}'], ['holds 2^53+1', '{"customFields":{"a":9007199254740993}}'], ['reaches the prototype', '{"__proto__":{"admin":true},"name":"a","kind":"small"}'],
    ['reaches it deep inside', '{"customFields":{"a":[{"constructor":{"prototype":1}}]}}'], ['reaches it by an escape', '{"\\u005f_proto__":1}'],
  ])('that %s is refused', async (_what, body) => {
    const { status, json } = await rig.call('POST', BASE, body)
    expect([status, json.reason]).toEqual([400, 'BODY_MALFORMED'])
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })

  test('that is not UTF-8 is refused', async () => {
    const headers = { authorization: `Bearer ${await rig.issuer.token('olena')}`, 'content-type': 'application/json' }
    const body = Buffer.from([...Buffer.from('{"name":"'), 0xcf, 0xf0, ...Buffer.from('","kind":"small"}')])
    expect((await fetch(rig.origin + BASE, { method: 'POST', headers, body })).status).toBe(400)
  })

  test('may be 32 levels deep and hold what looks like structure inside texts', async () => {
    expect((await rig.call('POST', BASE, nested(31))).status).toBe(200)
    const tricky = await rig.call('POST', BASE, { ...LEAST, note: '{"a":1,"a":2} [[[ \\" \\\\ : 12345678901234567890', customFields: { '"quo:ted"': 1, pi: 3.141592653589793, '{': '}' } })
    expect(tricky.status).toBe(200)
    expect(tricky.json.customFields).toEqual({ '"quo:ted"': 1, pi: 3.141592653589793, '{': '}' })
  })

  test('above 1 MiB is 413', async () => {
    const { status, json } = await rig.call('POST', BASE, { ...LEAST, note: 'x'.repeat(1_048_576) })
    expect([status, json.reason, json.metadata]).toEqual([413, 'BODY_TOO_LARGE', { most: '1 MiB' }])
  })

  test('that nobody waits for does not hold its connection', async () => {
    const head = `POST ${BASE} HTTP/1.1\r\nhost: crm.test\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`
    const started = Date.now()
    expect(await raw(head)).toMatch(/^HTTP\/1.1 401 /)
    expect(Date.now() - started).toBeLessThan(4_500)
  })

  test('has no place in a GET', async () => {
    const answer = await raw(`GET ${BASE} HTTP/1.1\r\nhost: crm.test\r\nauthorization: Bearer ${await rig.issuer.token('olena')}\r\ncontent-length: 2\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{}`)
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
  })
})

test('a query may not reach the prototype or name a field twice', async () => {
  expect(await rig.fields('GET', `${BASE}?__proto__=1&constructor=2&pageSize=1&pageSize=2`)).toEqual(['__proto__ unknown', 'constructor unknown', 'pageSize type'])
  expect(await rig.fields('GET', `${BASE}?pageSize=1e9`)).toEqual(['pageSize type'])
  expect(({} as Record<string, unknown>)['1']).toBeUndefined()
})

test('a zero byte is named where it stands', async () => {
  const body = { name: 'a\0', kind: 'small', names: { uk: '\0' }, note: 'x\0y', customFields: { a: ['b', '\0'], 'c\0d': 1 } }
  expect((await rig.fields('POST', BASE, body)).toSorted()).toEqual(['customFields.a[1] format', 'customFields.cd format', 'name format', 'names.uk format', 'note format'])
  expect(await rig.fields('GET', `${BASE}?pageToken=a%00b`)).toEqual(['pageToken format'])
})

test.each(['/api/v1/gadgets/..%2f..%2fetc', '/api/v1/gadgets/%00', '/%', '/api/v1/gadgets/%e0%80', '//evil.test/api', '/api/v1//gadgets', '/assets/../../etc/passwd'])(
  'the address %s gives nothing away', async (path) => {
    const status = Number((await raw(`GET ${path} HTTP/1.1\r\nhost: crm.test\r\nauthorization: Bearer ${await rig.issuer.token('olena')}\r\nconnection: close\r\n\r\n`)).slice(9, 12))
    expect([400, 404]).toContain(status)
  })

test('headers above 16 kB and bytes that are no HTTP get a problem', async () => {
  const large = await raw(`GET / HTTP/1.1\r\nhost: crm.test\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)
  expect(large).toMatch(/^HTTP\/1.1 431 /)
  expect(large).toContain('"reason":"HEADERS_TOO_LARGE"')
  expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 [^]*application\/problem\+json/)
  expect(await raw(`POST ${BASE} HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1.1 400 /)
})

describe('a token', () => {
  const none = ['', 'Bearer', 'Bearer ', 'Basic abc', 'bearer a b', 'Bearer x.y.z', `Bearer ${'x'.repeat(12_000)}`]
  test.each(none)('such as %.40j is 401', async (authorization) => {
    const { status, headers } = await rig.call('GET', BASE, undefined, { authorization })
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })

  test('for another audience, of another type, or for later is 401', async () => {
    const forged = [{ aud: 'vitrylo-gateway' }, { typ: 'ID' }, { typ: undefined }, { nbf: Math.floor(Date.now() / 1000) + 3_600 }]
    for (const claims of forged) {
      const authorization = `Bearer ${await rig.issuer.token('olena', claims)}`
      expect([claims, (await rig.call('GET', BASE, undefined, { authorization })).status]).toEqual([claims, 401])
    }
  })

  test('without signature, or signed with the public key as a secret, is 401', async () => {
    const [, payload] = (await rig.issuer.token('olena')).split('.')
    for (const header of [{ alg: 'none' }, { alg: ' none' }, { alg: 'HS256', kid: 'test' }, { alg: 'RS256', kid: '../../dev/null' }, { alg: 'RS256', jku: 'http://evil.test' }, { alg: 'RS256', kid: 'test', crit: ['x'] }]) {
      const head = Buffer.from(JSON.stringify({ typ: 'JWT', ...header })).toString('base64url')
      for (const signature of ['', 'AAAA']) {
        expect((await rig.call('GET', BASE, undefined, { authorization: `Bearer ${head}.${payload}.${signature}` })).status).toBe(401)
      }
    }
  })
})

describe('doors', () => {
  const anonymous = ['/health/live', '/health/ready', '/api/openapi.json', '/api/docs', '/auth/login', '/auth/callback', '/auth/logout', '/auth/backchannel-logout', '/auth/security-events']

  test('every documented route asks who is there', async () => {
    const { paths } = (await rig.call('GET', '/api/openapi.json')).json
    for (const [path, item] of Object.entries(paths as Record<string, object>)) {
      for (const verb of Object.keys(item)) {
        const answer = await fetch(rig.origin + path.replaceAll(/\{\w+\}/g, '01989b2c-0000-7000-8000-000000000001'), { method: verb.toUpperCase() })
        expect([verb, path, answer.status]).toEqual([verb, path, 401])
      }
    }
  })

  test('what anybody may ask for is this list and nothing else', async () => {
    for (const path of anonymous) {
      const statuses = await Promise.all(['GET', 'POST'].map(async (method) => (await fetch(rig.origin + path, { method, redirect: 'manual' })).status))
      expect([path, statuses.some((status) => status !== 404 && status !== 401)]).toEqual([path, true])
    }
    const words = ['admin', 'debug', 'metrics', 'graphql', 'users', 'auth', 'internal', 'v1', 'api', 'health', 'swagger', 'docs', '.env', '.git/config', 'auth/session', 'api/v1', 'api/v1/x', 'realms/vitrylo']
    for (const word of words) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        const { status } = await fetch(`${rig.origin}/${word}`, { method })
        expect([method, word, status]).toEqual([method, word, 404])
      }
    }
  })

  test('every answer carries the headers that protect a browser', async () => {
    for (const path of ['/health/live', '/api/docs', BASE, `${BASE}/x`, '/nothing', '/auth/login', '/auth/callback']) {
      const { headers } = await rig.call('GET', path)
      expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff'])
      expect(headers.get('content-security-policy')).toMatch(/script-src 'self';.*object-src 'none'; base-uri 'none'; frame-ancestors 'none'/)
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('x-powered-by') ?? headers.get('server')).toBeNull()
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test('a page on another host name is sent to the right one, the API is not', async () => {
    const page = await fetch(`${rig.origin}/counterparties?x=1`, { headers: { accept: 'text/html' }, redirect: 'manual' })
    expect([page.status, page.headers.get('location')]).toEqual([307, 'http://crm.test/counterparties?x=1'])
    expect((await fetch(`${rig.origin}/api/docs`, { headers: { accept: 'text/html' } })).status).toBe(200)
  })
})

// Seen failing: without the dropping, and with the escape not looked for.
test('a name loses marks of direction, as they are or escaped; a long text and other letters stay as they were given', () => {
  const read = (text: string) => parseStrictJson(Buffer.from(text))
  expect(read('{"displayName":"\u202Egnp.exe","note":"\u202Egnp","name":"e\u0301 і’ї 💥"}')).toEqual({ displayName: 'gnp.exe', note: '\u202Egnp', name: 'e\u0301 і’ї 💥' })
  // Names in lists and languages too. A custom field is no name.
  expect(read('{"bankAccounts":[{"bankName":"\u202Ea"}],"tags":["\u202Eb"],"label":{"uk":"\u202Ec"},"custom":{"title":"\u202Ed"}}'))
    .toEqual({ bankAccounts: [{ bankName: 'a' }], tags: ['b'], label: { uk: 'c' }, custom: { title: '\u202Ed' } })
  expect(read('{"positions":[{"title":"\\u2066a\\u2069b"}]}')).toEqual({ positions: [{ title: 'ab' }] })
})
