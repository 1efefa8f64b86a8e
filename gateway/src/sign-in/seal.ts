import { createHash, randomBytes } from 'node:crypto'
import type { Grant } from '@vitrylo/auth'
import { createSeal, type Seal } from '@vitrylo/service'

/** Encrypts the grants that rest in the table of sessions. */
export const createGrantSeal = (keys: readonly string[]): Seal => createSeal(keys, 'vitrylo gateway grants')

/** The grant of a row; nothing when its key was taken away: then the session has ended, and its user signs in again. */
export function openGrant(seal: Seal, sealed: Buffer, idHash: Buffer): Grant | undefined {
  try {
    return JSON.parse(seal.open(sealed, idHash)) as Grant
  } catch {
    return undefined
  }
}

/** 256 random bits for a cookie, a state, a nonce or a PKCE verifier. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
