// S1 and R7: a forged token, or none, opens neither the gateway nor any service, on any RPC; what a client says of itself in headers is not believed.
import { createHmac, createPublicKey, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js'
import { describe, expect, test } from '@jest/globals'
import { loadContract } from '@vitrylo/proto/contract.ts'
import type { Firm } from './firm.ts'
import type { Stage } from './stage.ts'

type Token = { name: string; token: string }

const part = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const seconds = (): number => Math.floor(Date.now() / 1000)

/** Everything that has opened some product's door, and its neighbours. */
async function forgeries(firm: Firm): Promise<Token[]> {
  const { keys: [jwk] } = (await (await fetch(`${firm.issuer}/protocol/openid-connect/certs`)).json()) as { keys: [{ n: string; e: string }] }
  const known = createPublicKey({ key: jwk, format: 'jwk' })
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const body = (more: object = {}) => ({ typ: 'Bearer', sub: 's', azp: 'vitrylo-gateway', aud: 'vitrylo-api', iss: firm.issuer, iat: seconds(), exp: seconds() + 300, preferred_username: 'ada', groups: ['administrators'], ...more })
  const rs256 = (head: object, claims: object = body(), key: KeyObject = own.privateKey): string => {
    const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: 'test', ...head })}.${part(claims)}`
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key).toString('base64url')}`
  }
  const hs = (secret: string | Buffer, alg = 'HS256', hash = 'sha256'): string => {
    const signed = `${part({ alg, typ: 'JWT', kid: 'test' })}.${part(body())}`
    return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`
  }
  const found: Token[] = []
  const add = (name: string, token: string) => found.push({ name, token })
  for (const alg of ['none', 'None', 'NONE', 'nOnE', ' none', 'none ', '', 'null', 'HS256', 'hs256', 'rs256', 'RS1', 'RS384', 'PS256', 'ES256', 'EdDSA', 'RSA1_5', 'dir']) {
    add(`alg ${alg}, no signature`, `${part({ alg, typ: 'JWT', kid: 'test' })}.${part(body())}.`)
    add(`alg ${alg}, some signature`, `${part({ alg, typ: 'JWT', kid: 'test' })}.${part(body())}.AAAA`)
  }
  const pem = known.export({ type: 'spki', format: 'pem' }) as string
  const secrets = { pem, 'pem without its last line': pem.trimEnd(), 'pem with a blank before': ` ${pem}`, pkcs1: known.export({ type: 'pkcs1', format: 'pem' }) as string, der: known.export({ type: 'spki', format: 'der' }), jwk: JSON.stringify(jwk), modulus: Buffer.from(jwk.n, 'base64url'), nothing: '' }
  for (const [name, secret] of Object.entries(secrets)) {
    add(`HS256 by the public key as ${name}`, hs(secret))
    add(`HS512 by the public key as ${name}`, hs(secret, 'HS512', 'sha512'))
  }
  const ownJwk = { ...own.publicKey.export({ format: 'jwk' }), kid: 'test', alg: 'RS256' }
  for (const [name, head] of Object.entries({
    'our kid': {}, 'no kid': { kid: undefined }, 'a kid that is a path': { kid: '../../../dev/null' }, 'a kid that is SQL': { kid: "x' union select 'key" }, 'a kid that is an address': { kid: 'http://127.0.0.1:1/' },
    'a kid that is a list': { kid: ['test'] }, 'a kid that is a number': { kid: 0 }, 'its own jwk': { jwk: ownJwk, kid: undefined }, 'its own jwk under our kid': { jwk: ownJwk }, jku: { jku: 'http://127.0.0.1:1/keys' }, x5u: { x5u: 'http://127.0.0.1:1/cert' },
    x5c: { x5c: [own.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] }, 'an unknown crit': { crit: ['x'], x: 1 }, 'b64 off': { crit: ['b64'], b64: false }, 'a packed payload': { zip: 'DEF' }, 'content that is a token': { cty: 'JWT' },
  })) add(`another key with ${name}`, rs256(head))
  const [head, payload, signature] = (await firm.token('nobody')).split('.') as [string, string, string]
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  const swapped = (more: object) => `${head}.${part({ ...claims, ...more })}.${signature}`
  for (const [name, more] of Object.entries({
    'another name': { preferred_username: 'ada' }, 'more groups': { groups: ['administrators'] }, 'another subject': { sub: 'x' }, 'a later end': { exp: seconds() + 9_999_999 }, 'a list of audiences': { aud: ['vitrylo-api', 'x'] }, 'a list of issuers': { iss: [firm.issuer] },
  })) add(`a signature of before with ${name}`, swapped(more))
  add('a doubled part', `${head}.${payload}.${payload}.${signature}`)
  add('no signature', `${head}.${payload}`)
  add('an empty signature', `${head}.${payload}.`)
  add('a cut signature', `${head}.${payload}.${signature.slice(0, -4)}`)
  add('another audience', await firm.forge('ada', { aud: 'account' }))
  add('an id token', await firm.forge('ada', { typ: 'ID' }))
  add('a refresh token', await firm.forge('ada', { typ: 'Refresh' }))
  add('no type', await firm.forge('ada', { typ: undefined }))
  add('one of tomorrow', await firm.forge('ada', { iat: seconds() + 3_600 }))
  add('not yet', await firm.forge('ada', { nbf: seconds() + 3_600 }))
  add('100 kB', 'x'.repeat(100_000))
  return found
}

type Ask = { path: string; token?: string; more?: Record<string, string> }

function codeOf(client: Client, { path, token, more = {} }: Ask): Promise<status> {
  const metadata = new Metadata()
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`)
  for (const [name, value] of Object.entries(more)) metadata.set(name, value)
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, (bytes: Buffer) => bytes, (bytes) => bytes, Buffer.alloc(0), metadata, (error: ServiceError | null) => resolve(error === null ? status.OK : error.code))
  })
}

export function forgedTokens(on: () => Stage): void {
  describe('a token that nobody gave', () => {
    test('opens neither the gateway nor a service', async () => {
      const { firm } = on()
      const tokens = await forgeries(firm)
      const { methods } = loadContract()
      const wrong: string[] = []
      for (const { name, token } of tokens) {
        // 431: above what headers may hold.
        const { status: code } = await fetch(`${firm.origin}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })
        if (code !== 401 && code !== 431) wrong.push(`gateway, ${name}: ${code}`)
      }
      for (const [area, address] of Object.entries(firm.addresses)) {
        const client = new Client(address, credentials.createInsecure(), { 'grpc.max_metadata_size': 200_000 })
        const { grpcPath: path } = methods.find(({ rpc, stream, safe }) => rpc.parent.typeName.split('.')[1] === area && stream === 'unary' && safe)!
        for (const { name, token } of tokens) {
          const code = await codeOf(client, { path, token })
          // The longest does not even pass as a header.
          if (code !== status.UNAUTHENTICATED && !(name === '100 kB' && code !== status.OK)) wrong.push(`${area}, ${name}: ${code}`)
        }
        client.close()
      }
      expect(wrong).toEqual([])
      expect(tokens.length).toBeGreaterThan(60)
    })

    test('is not made up for by what a client says of itself, on any RPC of any service', async () => {
      const { firm } = on()
      const told = { 'x-user': 'ada', 'x-forwarded-user': 'ada', 'x-employee-id': on().people.ada!, username: 'ada', groups: 'administrators', 'x-vitrylo-caller': 'ada' }
      const wrong: string[] = []
      let asked = 0
      for (const [area, address] of Object.entries(firm.addresses)) {
        const client = new Client(address, credentials.createInsecure())
        for (const { grpcPath: path } of loadContract().methods.filter(({ rpc, stream }) => rpc.parent.typeName.split('.')[1] === area && stream === 'unary')) {
          for (const token of [undefined, await firm.forge('ada', { aud: 'vitrylo-gateway' })]) {
            asked++
            const code = await codeOf(client, { path, ...(token !== undefined && { token }), more: told })
            if (code !== status.UNAUTHENTICATED) wrong.push(`${path}: ${code}`)
          }
        }
        client.close()
      }
      expect(wrong).toEqual([])
      expect(asked).toBeGreaterThan(200)
    })
  })
}
