import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

export type TestIssuer = {
  issuer: string
  /** A token as Keycloak makes it; `claims` overrides. */
  token(username: string, claims?: Record<string, unknown>): Promise<string>
  stop(): Promise<void>
}

/** An issuer with keys of its own that only publishes them and signs what the test asks for. */
export async function startTestIssuer(): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'RS256', use: 'sig' }
  const server = createServer((request, response) => {
    const answer = request.url?.endsWith('/openid-configuration') ? { issuer } : { keys: [jwk] }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/vitrylo`
  return {
    issuer,
    token: (username, claims = {}) =>
      new SignJWT({ typ: 'Bearer', azp: 'vitrylo-gateway', preferred_username: username, groups: [], ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'test', typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(typeof claims.aud === 'string' ? claims.aud : 'vitrylo-api')
        .setSubject(`subject-of-${username}`)
        .setIssuedAt(typeof claims.iat === 'number' ? claims.iat : undefined)
        .setExpirationTime('5m')
        .sign(privateKey),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
