import type { IncomingMessage, ServerResponse } from 'node:http'
import { inTx } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import { errors } from 'oidc-provider'
import type { Interaction, Provider } from 'oidc-provider'
import { beginAttempt, PAUSE_MINUTES, wishesTooOften } from './attempts.ts'
import { changePasswordPage, passwordChangedPage } from './change-password-page.ts'
import { addressOf, readOwnForm, sendHtml } from './http.ts'
import type { Logger } from './log.ts'
import { faultOf } from './password-rules.ts'
import { hashPassword, passwordFits } from './password.ts'
import { notePasswordChange } from './refusals.ts'
import type { Refusals } from './refusals.ts'
import { endOtherSessions, isSessionHere } from './sessions.ts'
import { TEXTS } from './texts.ts'
import type { Language } from './texts.ts'
import { findForPassword, replacePassword } from './users.ts'

/** The action that a client asks for, as Keycloak names it. */
export const UPDATE_PASSWORD = 'UPDATE_PASSWORD'
/** The prompt of the protocol library that stands for it. */
export const PASSWORD_PROMPT = 'update_password'

/** What the pages of a sign-in need. */
export type PageDeps = {
  pool: Pool
  provider: Provider
  origin: string
  log: Logger
  refusals: Pick<Refusals, 'note'>
  /** Sessions ended: clients are told. */
  loggedOut(): void
}
type Asked = { req: IncomingMessage; res: ServerResponse; url: URL; interaction: Interaction; language: Language }
type Verdict = { ended: number } | { status: number; problem: string; field: 'present' | 'next' }

/** The page where somebody who is signed in takes another password: GET shows the form, POST judges it. */
export async function handlePasswordChange(deps: PageDeps, { req, res, url, interaction, language }: Asked): Promise<void> {
  const { session } = interaction
  // It may have been ended since the page was opened: then nobody is signed in here.
  if (session === undefined || !(await isSessionHere(deps.pool, session))) throw new errors.SessionNotFound()
  const finished = (status: string) => ({ [PASSWORD_PROMPT]: { status } })
  const common = { language, host: new URL(deps.origin).host }
  if (req.method !== 'POST') {
    if (!url.searchParams.has('cancel')) return sendHtml(res, 200, changePasswordPage(common))
    return deps.provider.interactionFinished(req, res, finished('cancelled'), { mergeWithLastSubmission: false })
  }
  const verdict = await judge(deps, await readOwnForm(deps.origin, req), { req, session, language })
  if ('ended' in verdict) {
    const onward = await deps.provider.interactionResult(req, res, finished('success'), { mergeWithLastSubmission: false })
    return sendHtml(res, 200, passwordChangedPage({ ...common, ended: verdict.ended, onward }))
  }
  if (verdict.status === 429) res.setHeader('retry-after', PAUSE_MINUTES * 60)
  sendHtml(res, verdict.status, changePasswordPage({ ...common, problem: verdict.problem, field: verdict.field }))
}

type By = { req: IncomingMessage; session: NonNullable<Interaction['session']>; language: Language }

/** The present password is guarded as on the page of sign-in: who sits down at a screen left alone must not guess it here. */
async function judge({ pool, log, refusals, origin, loggedOut }: PageDeps, form: URLSearchParams, { req, session, language }: By): Promise<Verdict> {
  const t = TEXTS[language].change
  const [present, next, again] = ['present', 'next', 'again'].map((name) => (form.get(name) ?? '').slice(0, 1024)) as [string, string, string]
  const user = await findForPassword(pool, session.accountId)
  if (user === undefined || user.disabled) throw new errors.SessionNotFound()
  if (!present || !next) return { status: 400, problem: t.empty, field: present ? 'next' : 'present' }
  if (await wishesTooOften(pool, user.id)) return { status: 429, problem: TEXTS[language].paused(PAUSE_MINUTES), field: 'next' }
  // Before the present one is looked at: this says nothing of it, and a wish that cannot be costs no try.
  const fault = await faultOf({ present, next, again, about: user, host: new URL(origin).hostname })
  if (fault !== undefined) return { status: 400, problem: t.fault[fault], field: 'next' }
  const from = { address: addressOf(req), agent: req.headers['user-agent'] ?? '', username: user.username }
  const attempt = await beginAttempt(pool, user.username, from.address)
  if (attempt.stop !== undefined) {
    log.warn({ event: 'password change paused' }, 'too many wrong passwords')
    await refusals.note({ ...from, reason: attempt.stop })
    return { status: 429, problem: TEXTS[language].paused(PAUSE_MINUTES), field: 'present' }
  }
  const wrong = async (): Promise<Verdict> => {
    await refusals.note({ ...from, reason: 'WRONG_PASSWORD', locked: attempt.left === 0 })
    return { status: 401, problem: t.wrong(attempt.left, PAUSE_MINUTES), field: 'present' }
  }
  if (!(await passwordFits(present, user.password))) return wrong()
  const hash = await hashPassword(next)
  // All or nothing: no new password without the end of the other sessions and the line in the journal.
  const ended = await inTx(pool, async (tx) => {
    const revision = await replacePassword(tx, user, hash)
    if (revision === undefined) return undefined
    await notePasswordChange(tx, from)
    return endOtherSessions(tx, session, revision)
  })
  // Somebody was faster: what fitted a moment ago fits no more.
  if (ended === undefined) return wrong()
  await attempt.succeeded()
  loggedOut()
  return { ended }
}
