import { html, ICON_ALERT, ICON_EYE, page } from './page.ts'
import { TEXTS } from './texts.ts'
import type { Language } from './texts.ts'

export type LoginPage = { language: Language; host: string; login?: string; problem?: string; remember?: boolean }

export function loginPage({ language, host, login = '', problem, remember = true }: LoginPage): string {
  const t = TEXTS[language]
  const invalid = problem ? html`aria-invalid="true" aria-describedby="problem"` : ''
  const body = html`<h1>${t.heading}</h1>
<form method="post" action="?lang=${language}">
<div class="field"><label for="login">${t.login}</label>
<input id="login" name="login" value="${login}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required ${login === '' && html`autofocus`}></div>
<div class="field"><label for="password">${t.password}</label>
<div class="control"><input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required ${invalid} ${login !== '' && html`autofocus`}>
<button type="button" class="eye" aria-label="${t.show}" aria-pressed="false" hidden>${ICON_EYE}</button></div>
<details class="forgot"><summary>${t.forgot}</summary><p>${t.forgotHelp}</p></details>
${problem && html`<div class="error" id="problem" role="alert">${ICON_ALERT}<span>${problem}</span></div>`}</div>
<label class="check"><input type="checkbox" name="remember" value="yes" ${remember && html`checked`}>${t.remember}</label>
<button type="submit" class="primary">${t.submit}</button>
</form>`
  return page({ language, host, title: t.title, languageLinks: true, body })
}
