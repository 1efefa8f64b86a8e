import type { IncomingMessage, ServerResponse } from 'node:http'
import { inTx } from '@vitrylo/pg'
import { PAUSE_MINUTES, wishesTooOften } from './attempts.ts'
import type { PageDeps } from './change-password.ts'
import { messagePage } from './error-page.ts'
import { addressOf, readOwnForm, sendHtml } from './http.ts'
import { invitationPage } from './invitation-page.ts'
import { findInvited, takeInvitation } from './invitations.ts'
import { faultOf } from './password-rules.ts'
import { hashPassword } from './password.ts'
import { sessionCookie } from './provider.ts'
import { notePasswordChange } from './refusals.ts'
import { endSessionByUid, endSessionsOf } from './sessions.ts'
import { REALM_PATH, SESSION_SECONDS } from './settings.ts'
import { chooseLanguage, TEXTS } from './texts.ts'
import type { WithPassword } from './users.ts'

/** Where links lead to: `<origin>/realms/vitrylo/invitation/<secret>`. */
export const INVITATION_PATH = '/invitation'
const COOKIE = 'vitrylo_invitation'
const COOKIE_SECONDS = 30 * 60

type Asked = { req: IncomingMessage; res: ServerResponse; url: URL }

/**
 * A link for one use, by which an employee sets a password. Its secret moves from the address into a cookie at once: so it stands in no
 * Referer and not in the address bar. To look at the page uses nothing up: programs that check mail open links too.
 */
export async function handleInvitation(deps: PageDeps, asked: Asked): Promise<void> {
  const { req, res, url } = asked
  const [secret] = url.pathname.slice(`${REALM_PATH}${INVITATION_PATH}/`.length).split('/')
  const token = secret || new RegExp(`(?:^|;\\s*)${COOKIE}=([\\w-]{1,64})(?:;|$)`).exec(req.headers.cookie ?? '')?.[1]
  const invited = token === undefined ? undefined : await findInvited(deps.pool, token)
  if (token === undefined || !invited?.isOpen) return refuse(deps, asked, { isNew: Boolean(secret), username: invited?.username })
  if (secret) {
    keepSecret(res, deps.origin, secret, COOKIE_SECONDS)
    return void res.writeHead(303, { location: `${REALM_PATH}${INVITATION_PATH}${url.search}`, 'cache-control': 'no-store' }).end()
  }
  if (req.method === 'POST') return setPassword(deps, asked, token, invited)
  sendHtml(res, 200, invitationPage({ language: languageOf(asked), host: new URL(deps.origin).host, username: invited.username }))
}

const languageOf = ({ url, req }: Asked) => chooseLanguage(url.searchParams.get('lang'), req.headers['accept-language'])

function keepSecret(res: ServerResponse, origin: string, secret: string, seconds: number): void {
  res.appendHeader('set-cookie', `${COOKIE}=${secret}; Path=${REALM_PATH}${INVITATION_PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${origin.startsWith('https:') ? '; Secure' : ''}`)
}

/** Used, replaced, over, of somebody disabled, made up: whoever asks is told the same. No try is counted: 256 random bits are not guessed, and pictures of a foreign page that point here would pause the sign-ins of an office. */
async function refuse({ origin, refusals }: PageDeps, asked: Asked, { isNew, username }: { isNew: boolean; username: string | undefined }): Promise<void> {
  const { req, res } = asked
  const language = languageOf(asked)
  const t = TEXTS[language]
  // Who reloads the page, or goes back to it, is no new try.
  if (isNew) await refusals.note({ address: addressOf(req), agent: req.headers['user-agent'] ?? '', reason: 'LINK_REFUSED', username })
  sendHtml(res, 410, messagePage({ title: t.invitation.goneTitle, text: t.invitation.gone, origin, language, onward: t.submit }))
}

async function setPassword(deps: PageDeps, asked: Asked, token: string, invited: WithPassword): Promise<void> {
  const { pool, origin, loggedOut } = deps
  const { req, res } = asked
  const [language, { host, hostname }] = [languageOf(asked), new URL(origin)]
  const form = await readOwnForm(origin, req)
  const [next, again] = ['next', 'again'].map((name) => (form.get(name) ?? '').slice(0, 1024)) as [string, string]
  const isPaused = await wishesTooOften(pool, invited.id)
  const fault = isPaused ? undefined : await faultOf({ next, again, about: invited, host: hostname })
  if (isPaused) res.setHeader('retry-after', PAUSE_MINUTES * 60)
  const problem = isPaused ? TEXTS[language].paused(PAUSE_MINUTES) : fault && { ...TEXTS[language].change.fault, ...TEXTS[language].invitation.fault }[fault]
  if (problem !== undefined) return sendHtml(res, isPaused ? 429 : 400, invitationPage({ language, host, username: invited.username, problem }))
  const hash = await hashPassword(next)
  // All or nothing: no new password without the end of the sessions, of the link and the line in the journal.
  const user = await inTx(pool, async (tx) => {
    const taken = await takeInvitation(tx, token, hash)
    if (taken === undefined) return undefined
    await endSessionsOf(tx, taken.id)
    await notePasswordChange(tx, { address: addressOf(req), agent: req.headers['user-agent'] ?? '', username: taken.username })
    return taken
  })
  if (user === undefined) return refuse(deps, asked, { isNew: true, username: invited.username })
  keepSecret(res, origin, '', 0)
  await openSession(deps, asked, user)
  loggedOut()
  // The gateway begins a session of its own, whoever has had one in this browser.
  res.writeHead(303, { location: `${origin}/auth/login`, 'cache-control': 'no-store' }).end()
}

/** Signs in without the page of sign-in; whoever was signed in here before is signed out. */
async function openSession({ pool, provider, origin }: PageDeps, { req, res }: Asked, { id, passwordRevision }: WithPassword): Promise<void> {
  const ctx = provider.createContext(req, res)
  const before = await provider.Session.get(ctx)
  if (before.accountId !== undefined) await inTx(pool, (tx) => endSessionByUid(tx, before.uid))
  const session = new provider.Session()
  session.loginAccount({ accountId: id, amr: ['pwd'], acr: String(passwordRevision), transient: true })
  await session.save(SESSION_SECONDS)
  ctx.cookies.set(provider.cookieName('session'), session.jti, sessionCookie(origin))
}
