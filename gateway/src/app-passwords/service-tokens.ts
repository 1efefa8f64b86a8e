import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto'
import { GATEWAY_ISSUER } from '@vitrylo/auth'
import { SignJWT } from 'jose'

/** Access tokens that the gateway signs itself, for programs that cannot sign in at the issuer. */
export type ServiceTokens = {
  /** The public keys, for services that are to believe these tokens. */
  keys: { keys: object[] }
  tokenOf(who: { subject: string; username: string }): Promise<string>
}

/** The head of a PKCS #8 envelope of an Ed25519 key; the 32 bytes of the key follow. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const LIFETIME_S = 120

/** Made of the session key, so that all replicas have the same and there is no further secret to keep. The first one signs. */
export function createServiceTokens(secrets: readonly string[], audience: string, now: () => number): ServiceTokens {
  const pairs = secrets.map(pairOf)
  const [newest] = pairs
  return {
    keys: { keys: pairs.map(({ jwk }) => jwk) },
    tokenOf: ({ subject, username }) => {
      const at = Math.floor(now() / 1000)
      return new SignJWT({ typ: 'Bearer', azp: 'vitrylo-phone', preferred_username: username })
        .setProtectedHeader({ alg: 'EdDSA', kid: newest!.kid, typ: 'JWT' })
        .setIssuer(GATEWAY_ISSUER)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt(at)
        .setExpirationTime(at + LIFETIME_S)
        .sign(newest!.key)
    },
  }
}

function pairOf(secret: string): { kid: string; key: KeyObject; jwk: object } {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'vitrylo gateway service tokens', 32))
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  const kid = createHash('sha256').update(jwk.x!).digest('base64url').slice(0, 16)
  return { kid, key, jwk: { ...jwk, kid, alg: 'EdDSA', use: 'sig' } }
}
