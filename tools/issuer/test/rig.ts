import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createPool } from '@vitrylo/pg'
import { freshDatabase } from '@vitrylo/testkit'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'
import { applyEmployee, migrations, seedUser, startIssuer } from '../src/index.ts'
import { Browser, pkce } from './browser.ts'

const OIDC = '/realms/vitrylo/protocol/openid-connect'
export const PASSWORD = 'вітер-у-вітрилах-7'
export const SECRETS = { gateway: 'gateway+secret/1', integration: 'integration:secret 2' }

export type TokenSet = { access_token: string; refresh_token: string; id_token: string; expires_in: number; error?: string }
export type Refusal = { id: string; reason: string; address: string; agent: string; username: string; clientId: string; locked: boolean; count: number }
export type Rig = Awaited<ReturnType<typeof startRig>>

async function listenAnywhere(handler: Parameters<typeof createServer>[1]) {
  const server = createServer(handler!).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** An issuer on a database of its own, and the end of the back channel where the gateway would be. */
export async function startRig() {
  const databaseUrl = await freshDatabase('issuer', [migrations])
  const pool = createPool({ url: databaseUrl, name: 'test', max: 2 })
  // by session: logouts reach the client when they are ready, so another test's may come in between
  const logoutTokens = new Map<string, string>()
  const refusedOnce = new Set<string>()
  const refusals = new Map<string, Refusal>()
  let isJournalAway = false
  const refusedTells: number[] = []
  const client = await listenAnywhere(async (req, res) => {
    const parts: Buffer[] = []
    for await (const part of req) parts.push(part as Buffer)
    if (req.url === '/auth/security-events') {
      if (isJournalAway) {
        refusedTells.push(performance.now())
        return res.writeHead(503).end()
      }
      const { events } = decodeJwt(Buffer.concat(parts).toString()) as { events: Record<string, { refusals: Refusal[] }> }
      for (const each of events['urn:vitrylo:event:sign-in-refused']!.refusals) refusals.set(each.id, each)
      return res.writeHead(202).end()
    }
    const logoutToken = new URLSearchParams(Buffer.concat(parts).toString()).get('logout_token') ?? ''
    const sid = String(decodeJwt(logoutToken)['sid'])
    if (refusedOnce.delete(sid)) return res.writeHead(503).end()
    logoutTokens.set(sid, logoutToken)
    return res.writeHead(200).end()
  })
  const redirectUri = `${client.origin}/auth/callback`
  const { server: reserved, origin } = await listenAnywhere(undefined)
  reserved.close()
  await once(reserved, 'close')
  const start = () =>
    startIssuer({
      origin,
      port: Number(new URL(origin).port),
      databaseUrl,
      backchannelLogoutUrl: `${client.origin}/auth/backchannel-logout`,
      securityEventsUrl: `${client.origin}/auth/security-events`,
      clients: [
        { id: 'vitrylo-gateway', secret: SECRETS.gateway, redirectUris: [redirectUri], postLogoutRedirectUris: [`${client.origin}/`] },
        { id: 'vitrylo-integration', secret: SECRETS.integration, serviceAccountGroups: ['integrations'] },
      ],
    })
  let issuer = await start()
  const oidc = origin + OIDC
  const issuerId = `${origin}/realms/vitrylo`
  const jwks = createRemoteJWKSet(new URL(`${oidc}/certs`))

  const authUrl = (challenge: string | undefined, more: Record<string, string> = {}) =>
    `${oidc}/auth?${new URLSearchParams({
      client_id: 'vitrylo-gateway',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: redirectUri,
      state: 's1',
      nonce: 'n1',
      ...(challenge && { code_challenge: challenge, code_challenge_method: 'S256' }),
      ...more,
    })}`

  const token = async (fields: Record<string, string>, [id, secret] = ['vitrylo-gateway', SECRETS.gateway], more: Record<string, string> = {}) => {
    const basic = btoa(`${encodeURIComponent(id!)}:${encodeURIComponent(secret!)}`)
    const answer = await fetch(`${oidc}/token`, { method: 'POST', headers: { authorization: `Basic ${basic}`, ...more }, body: new URLSearchParams(fields) })
    return { status: answer.status, body: (await answer.json()) as TokenSet }
  }

  /** From the authorization request to the code, or to the page that refuses. */
  const signIn = async (browser: Browser, login: string, password: string, { challenge } = pkce(), headers: Record<string, string> = {}) => {
    const toForm = await browser.go(authUrl(challenge))
    const form = new URL(toForm.headers.get('location')!, origin)
    if (form.origin === client.origin) return { code: form.searchParams.get('code'), form: undefined, page: toForm }
    await browser.go(form)
    const page = await browser.post(form, { login, password, remember: 'yes' }, headers)
    if (page.status !== 303) return { code: null, form, page }
    const back = await browser.go(page.headers.get('location')!)
    return { code: new URL(back.headers.get('location')!).searchParams.get('code'), form, page: back }
  }

  const exchange = (code: string, verifier: string) =>
    token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier })

  const signedIn = async (login = 'olena', browser = new Browser(origin)) => {
    const proof = pkce()
    const { code } = await signIn(browser, login, PASSWORD, proof)
    const { body } = await exchange(code!, proof.verifier)
    return { browser, ...body, claims: decodeJwt(body.access_token) as JWTPayload & { sid: string; sub: string } }
  }

  return {
    origin, oidc, issuerId, pool, redirectUri, clientOrigin: client.origin, logoutTokens,
    authUrl, token, signIn, exchange, signedIn,
    refresh: (refresh_token: string) => token({ grant_type: 'refresh_token', refresh_token }),
    verify: (jwt: string, options = {}) => jwtVerify(jwt, jwks, { issuer: issuerId, algorithms: ['RS256'], ...options }),
    seed: (username: string, more: object = {}) =>
      seedUser(pool, { username, name: 'Олена Коваль', email: `${username}@vitrylo.example`, password: PASSWORD, groups: ['telephonists'], ...more }),
    apply: (username: string, more: object = {}) =>
      applyEmployee(pool, { username, name: 'Олена Коваль', groups: ['telephonists'], disabled: false, ...more }),
    refuseFirstLogout: (sid: string) => void refusedOnce.add(sid),
    /** What the journal was told of an address. */
    refusalsOf: (address: string) => [...refusals.values()].filter((each) => each.address === address),
    /** When the journal was told in vain. */
    refusedTells,
    journalIsAway: (isAway: boolean) => void (isJournalAway = isAway),
    async restart() {
      await issuer.stop()
      issuer = await start()
    },
    async stop() {
      await issuer.stop()
      await pool.end()
      client.server.close()
    },
  }
}
