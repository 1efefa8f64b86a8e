import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { startTestIssuer, type TestIssuer } from '@vitrylo/testkit'
import { createVerifier, type Verify } from '../src/index.ts'

let issuer: TestIssuer
let verify: Verify
beforeAll(async () => {
  issuer = await startTestIssuer()
  verify = createVerifier({ issuer: issuer.issuer, internalUrl: issuer.issuer, audience: 'vitrylo-api' })
})
afterAll(() => issuer.stop())

const now = () => Math.floor(Date.now() / 1000)

test('a good token says who calls; the same token gives the same claims', async () => {
  const token = await issuer.token('olena', { groups: ['a', 1, 'b'], sid: 'session' })
  const claims = await verify(token)
  expect(claims).toMatchObject({ username: 'olena', groups: ['a', 'b'], client: 'vitrylo-gateway', sessionId: 'session' })
  expect(await verify(token)).toBe(claims)
})

const body = () => ({ typ: 'Bearer', sub: 's', aud: 'vitrylo-api', iss: issuer.issuer, iat: now(), exp: now() + 300, preferred_username: 'admin' })

async function signed(header: object, key?: unknown): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256')
  return new SignJWT(body()).setProtectedHeader({ alg: 'RS256', kid: 'test', ...header }).sign((key ?? privateKey) as never)
}
const forged: Record<string, () => Promise<string> | string> = {
  'alg none': () => new UnsecuredJWT(body()).encode(),
  'another key under our kid': () => signed({}),
  'an unknown kid': () => signed({ kid: 'other' }),
  'a kid that is a path': () => signed({ kid: '../../etc/passwd' }),
  'HS256 with a guessed secret': () => signed({ alg: 'HS256' }, new TextEncoder().encode('x'.repeat(32))),
  'a key of its own in the header': () => signed({ jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }),
  'keys from elsewhere': () => signed({ jku: 'http://127.0.0.1:1/keys' }),
  'an unknown crit': () => signed({ crit: ['exp'], exp: 1 }).catch(() => 'a.b.c'),
  'another issuer': () => issuer.token('admin').then((token) => token.replace(/^[^.]+/, 'e30')),
  'another audience': () => issuer.token('admin', { aud: 'account' }),
  'an id token': () => issuer.token('admin', { typ: 'ID' }),
  'a token of 100 kB': () => 'x'.repeat(100_000),
  'nothing': () => '',
  'three dots': () => '...',
  'a changed payload': async () => {
    const [head, , tail] = (await issuer.token('olena')).split('.')
    return [head, Buffer.from(JSON.stringify(body())).toString('base64url'), tail].join('.')
  },
}

test.each(Object.keys(forged))('%s is refused', async (name) => {
  await expect(Promise.resolve(forged[name]!()).then(verify)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_INVALID' })
})

test('an issuer that does not answer is no proof against the bearer', async () => {
  const alone = createVerifier({ issuer: issuer.issuer, internalUrl: 'http://127.0.0.1:1/realms/x', audience: 'vitrylo-api' })
  await expect(alone(await issuer.token('olena'))).rejects.toMatchObject({ code: 'UNAVAILABLE', reason: 'ISSUER_UNAVAILABLE' })
})
