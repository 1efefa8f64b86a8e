import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const IV_BYTES = 12
const TAG_BYTES = 16

/** Encrypts what rests in the database. `context` binds a text to its row: moved to another row it does not open. */
export type Seal = {
  seal(text: string, context: string | Buffer): Buffer
  open(sealed: Buffer, context: string | Buffer): string
  /** Whether the newest key opens it: then the older ones may go. */
  isNewest(sealed: Buffer, context: string | Buffer): boolean
}

/**
 * AES-256-GCM; the key of one purpose opens nothing of another. Seals with the first secret and opens with any, so that
 * a secret is changed by putting the new one before it.
 */
export function createSeal(secrets: readonly string[], purpose: string): Seal {
  const keys = secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)))
  return {
    seal(text, context) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keys[0]!, iv).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body])
    },
    open(sealed, context) {
      for (const [i, key] of keys.entries()) {
        try {
          return openWith(key, sealed, context)
        } catch (error) {
          if (i === keys.length - 1) throw error
        }
      }
      throw new Error('there is no key')
    },
    isNewest(sealed, context) {
      try {
        openWith(keys[0]!, sealed, context)
        return true
      } catch {
        return false
      }
    },
  }
}

function openWith(key: Buffer, sealed: Buffer, context: string | Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
  return decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
}
