import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify, type KeyObject } from 'node:crypto'
import { keysOf, optional, refuse, type Env } from '@vitrylo/service'

/** An end of the chain and its signature. */
export type SignedEnd = { no: number; hash: Buffer; keyId: string; signature: Buffer }

/** Says whether an end was signed by one of these keys. `kept` is the end in the settings. */
export type Verifier = { verifies(end: SignedEnd): boolean; kept?: SignedEnd | undefined }

export type Signer = Verifier & {
  /** Signs by the newest key. */
  sign(no: number, hash: Buffer): SignedEnd
  /** Of the newest key. */
  keyId: string
  /** By it signatures can be checked elsewhere: 32 bytes as base64url. */
  publicKey: string
}

// What stands before the 32 bytes of a key in its DER form (RFC 8410).
const PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * VITRYLO_AUDIT_KEY: signs the end of the audit log (Ed25519), so that who owns the database alone cannot write the log anew. One
 * secret per line of 32 letters at least, the newest first: it signs, the others still verify.
 */
export function signerOf(env: Env): Signer | undefined {
  if (optional(env, 'VITRYLO_AUDIT_KEY') === undefined) return undefined
  const seeds = keysOf(env, 'VITRYLO_AUDIT_KEY').map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'vitrylo audit end', 32)))
  const keys = seeds.map((seed) => createPrivateKey({ key: Buffer.concat([PRIVATE, seed]), format: 'der', type: 'pkcs8' }))
  const newest = publicPartOf(keys[0]!)
  return {
    ...verifierOf(keys.map(publicPartOf)),
    kept: endInSettings(env),
    sign: (no, hash) => ({ no, hash, keyId: idOf(newest), signature: sign(null, textOf(no, hash), keys[0]!) }),
    keyId: idOf(newest),
    publicKey: newest,
  }
}

/** `publicKeys` as `Signer.publicKey` gives them. */
export function verifierOf(publicKeys: readonly string[]): Verifier {
  const keys = new Map(publicKeys.map((key) => [idOf(key), createPublicKey({ key: Buffer.concat([PUBLIC, Buffer.from(key, 'base64url')]), format: 'der', type: 'spki' })]))
  return {
    verifies({ no, hash, keyId, signature }) {
      const key = keys.get(keyId)
      return key !== undefined && verify(null, textOf(no, hash), key, signature)
    },
  }
}

const publicPartOf = (key: KeyObject): string => createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC.length).toString('base64url')
const idOf = (publicKey: string): string => createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex').slice(0, 16)
const textOf = (no: number, hash: Buffer): Buffer => Buffer.from(`vitrylo audit end 1\n${no}\n${hash.toString('hex')}`)

/** As logs, files and `verify-audit` have it: `81234:5f1c…e0:9a41…:kX0…`. */
export const endWords = ({ no, hash, keyId, signature }: SignedEnd): string => `${no}:${hash.toString('hex')}:${keyId}:${signature.toString('base64url')}`

export const END_WORDS = /^(\d+):([0-9a-f]{64}):([0-9a-f]{16}):([\w-]{86})$/i

export const endOf = ([, no, hash, keyId, signature]: RegExpExecArray): SignedEnd =>
  ({ no: Number(no), hash: Buffer.from(hash!, 'hex'), keyId: keyId!.toLowerCase(), signature: Buffer.from(signature!, 'base64url') })

/**
 * VITRYLO_AUDIT_END: an end as the log of the process told it (`audit_end`). A log that does not hold it was written anew or cut back: nothing
 * of it is signed. Without it an emptied log cannot be told from that of a new installation.
 */
export function endInSettings(env: Env): SignedEnd | undefined {
  const words = optional(env, 'VITRYLO_AUDIT_END')?.trim()
  if (words === undefined) return undefined
  const found = END_WORDS.exec(words)
  return found === null ? refuse('VITRYLO_AUDIT_END', 'is no signed end: number:hash:key:signature, as audit_end in the log of directory') : endOf(found)
}
