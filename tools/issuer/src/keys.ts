import { randomBytes } from 'node:crypto'
import { exec, one, sql } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import { exportJWK, generateKeyPair } from 'jose'
import type { JWK } from 'jose'

export type Keys = { jwks: { keys: JWK[] }; cookies: string[] }

/** The installation's own keys: made once, read at every later start. */
export async function loadKeys(pool: Pool): Promise<Keys> {
  const jwks = await once<Keys['jwks']>(pool, 'jwks', async () => ({ keys: [await newSigningKey()] }))
  const cookies = await once<string[]>(pool, 'cookies', async () => [randomBytes(32).toString('base64url')])
  return { jwks, cookies }
}

async function newSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true, modulusLength: 2048 })
  return { ...(await exportJWK(privateKey)), kid: randomBytes(16).toString('base64url'), use: 'sig', alg: 'RS256' }
}

async function once<T>(pool: Pool, name: string, make: () => Promise<T>): Promise<T> {
  const read = () => one<{ value: T }>(pool, sql`select value from keys where name = ${name}`)
  const known = await read()
  if (known) return known.value
  const value = JSON.stringify(await make())
  await exec(pool, sql`insert into keys (name, value) values (${name}, ${value}) on conflict do nothing`)
  return (await read())!.value
}
