import type { IncomingMessage, ServerResponse } from 'node:http'
import { inTx } from '@vitrylo/pg'
import { errors } from 'oidc-provider'
import type { Interaction } from 'oidc-provider'
import { beginAttempt, PAUSE_MINUTES } from './attempts.ts'
import { handlePasswordChange, PASSWORD_PROMPT } from './change-password.ts'
import type { PageDeps } from './change-password.ts'
import { addressOf, readOwnForm, sendHtml } from './http.ts'
import { loginPage } from './login-page.ts'
import type { LoginPage } from './login-page.ts'
import { passwordFits } from './password.ts'
import { endSessionByUid } from './sessions.ts'
import { PROTOCOL_PATH, REALM_PATH } from './settings.ts'
import { chooseLanguage, TEXTS } from './texts.ts'
import type { Language } from './texts.ts'
import { findForLogin } from './users.ts'
import type { WithPassword } from './users.ts'

type Verdict = { user: WithPassword } | { status: number; problem: string }

/** The pages of a sign-in: of a password, and of another one when the client asks for that. GET shows the form, POST judges it. */
export async function handleLogin(deps: PageDeps, req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
  const interaction = await deps.provider.interactionDetails(req, res)
  // The cookie's path holds the uid already; this refuses a form that another sign-in of this browser opened.
  if (interaction.uid !== url.pathname.split('/').at(-1)) throw new errors.SessionNotFound()
  const language = languageOf(interaction, req, url)
  if (interaction.prompt.name === PASSWORD_PROMPT) return handlePasswordChange(deps, { req, res, url, interaction, language })
  const common = { language, host: new URL(deps.origin).host }
  if (req.method !== 'POST') {
    return sendHtml(res, 200, loginPage({ ...common, login: interaction.params.login_hint }))
  }
  const form = await readOwnForm(deps.origin, req)
  const verdict = await judge(deps, form, req, language)
  if ('user' in verdict) return finish(deps, { req, res, interaction, user: verdict.user, remember: form.has('remember') })
  const again: LoginPage = {
    ...common,
    login: form.get('login') ?? '',
    problem: verdict.problem,
    remember: form.has('remember'),
  }
  if (verdict.status === 429) res.setHeader('retry-after', PAUSE_MINUTES * 60)
  sendHtml(res, verdict.status, loginPage(again))
}

const languageOf = (interaction: Interaction, req: IncomingMessage, url: URL): Language =>
  chooseLanguage(url.searchParams.get('lang'), interaction.params.ui_locales, req.headers['accept-language'])

/** Who is disabled gets the answer of a wrong password, for the same work: nobody learns here which accounts there are. */
async function judge({ pool, log, refusals }: PageDeps, form: URLSearchParams, req: IncomingMessage, language: Language): Promise<Verdict> {
  const t = TEXTS[language]
  const login = (form.get('login') ?? '').normalize('NFC').trim().slice(0, 254)
  const password = (form.get('password') ?? '').slice(0, 1024)
  if (!login || !password) return { status: 400, problem: t.empty }
  const from = { address: addressOf(req), agent: req.headers['user-agent'] ?? '' }
  const attempt = await beginAttempt(pool, login, from.address)
  const user = await findForLogin(pool, login)
  if (attempt.stop !== undefined) {
    log.warn({ event: 'sign-in paused' }, 'too many failed sign-ins')
    await refusals.note({ ...from, reason: attempt.stop, username: user?.username })
    return { status: 429, problem: t.paused(PAUSE_MINUTES) }
  }
  const fits = await passwordFits(password, user?.password)
  if (user === undefined || !fits || user.disabled) {
    const reason = user === undefined ? 'UNKNOWN_NAME' : user.disabled ? 'ACCOUNT_DISABLED' : 'WRONG_PASSWORD'
    await refusals.note({ ...from, reason, username: user?.username, locked: user !== undefined && attempt.left === 0 })
    return { status: 401, problem: t.wrong(attempt.left, PAUSE_MINUTES) }
  }
  await attempt.succeeded()
  return { user }
}

type Finish = { req: IncomingMessage; res: ServerResponse; interaction: Interaction; user: WithPassword; remember: boolean }

async function finish({ pool, provider, origin }: PageDeps, { req, res, interaction, user, remember }: Finish): Promise<void> {
  const before = interaction.session
  if (before && before.accountId !== user.id) {
    // Somebody else was signed in: their session ends, and the client's request starts anew.
    await inTx(pool, (tx) => endSessionByUid(tx, before.uid))
    const request = new URLSearchParams()
    for (const [name, value] of Object.entries(interaction.params)) if (value) request.set(name, value)
    res.writeHead(303, { location: `${origin}${REALM_PATH}${PROTOCOL_PATH}/auth?${request}` }).end()
    return
  }
  // The revision goes along to where the session is stored (./adapter.ts), which a change of the password meanwhile refuses.
  const login = { accountId: user.id, amr: ['pwd'], acr: String(user.passwordRevision), remember }
  await provider.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false })
}
