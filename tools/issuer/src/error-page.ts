import type { Context } from 'oidc-provider'
import { HTML_HEADERS } from './http.ts'
import { html, page } from './page.ts'
import { chooseLanguage, TEXTS } from './texts.ts'
import type { Language } from './texts.ts'
import { isUnavailable } from './unavailable.ts'

type Message = { title: string; text: string; code?: string; origin: string; language: Language; /** What the way on is called. */ onward?: string }

export function messagePage({ title, text, code, origin, language, onward = TEXTS[language].again }: Message): string {
  const body = html`<h1>${title}</h1>
<p>${text}</p>
${code && html`<p><small>${code}</small></p>`}
<div class="actions"><a class="primary" href="${origin}/">${onward}</a></div>`
  return page({ language, host: new URL(origin).host, title, languageLinks: false, body })
}

type Known = { status?: number; error?: string; name?: string }

export function problemPage(error: unknown, origin: string, language: Language): { status: number; html: string } {
  const t = TEXTS[language]
  const { status = 500, error: code = 'server_error', name } = (error ?? {}) as Known
  if (name === 'SessionNotFound') {
    return { status: 400, html: messagePage({ title: t.expiredTitle, text: t.expired, origin, language }) }
  }
  const known = isUnavailable(error) ? 503 : status
  const text = known < 500 ? t.failed : t.unavailable
  return { status: known, html: messagePage({ title: t.failedTitle, text, code, origin, language }) }
}

/** What oidc-provider shows where it may not redirect back to the client. */
export function renderErrorPage(ctx: Context, out: { error: string }, error: Error): void {
  const { language, origin } = pageContext(ctx)
  const shown = problemPage(Object.assign(error, { error: out.error }), origin, language)
  ctx.status = shown.status
  ctx.type = HTML_HEADERS['content-type']
  ctx.body = shown.html
}

function pageContext(ctx: Context): { language: Language; origin: string } {
  const { provider, params } = ctx.oidc as unknown as { provider: { issuer: string }; params?: { ui_locales?: string } }
  return {
    language: chooseLanguage(params?.ui_locales, ctx.req.headers['accept-language']),
    origin: new URL(provider.issuer).origin,
  }
}
