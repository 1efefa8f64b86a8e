import { passwordInputs } from './change-password-page.ts'
import { html, page } from './page.ts'
import { TEXTS } from './texts.ts'
import type { Language } from './texts.ts'

type InvitationPage = { language: Language; host: string; /** Name at sign-in, for the person and for their password manager. */ username: string; problem?: string }

export function invitationPage({ language, host, username, problem }: InvitationPage): string {
  const { invitation: t } = TEXTS[language]
  const input = passwordInputs(language, { first: 'next', ...(problem !== undefined && { problem, field: 'next' as const }) })
  const body = html`<h1>${t.heading}</h1>
<p>${t.others}</p>
<form method="post" action="?lang=${language}">
<div class="field"><label for="login">${t.login}</label>
<input id="login" name="login" value="${username}" autocomplete="username" readonly></div>
${input('next', t.next)}
${input('again', t.again)}
<button type="submit" class="primary">${t.submit}</button>
</form>`
  return page({ language, host, title: t.title, languageLinks: true, body })
}
