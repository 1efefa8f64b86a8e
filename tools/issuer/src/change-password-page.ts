import { html, ICON_ALERT, ICON_EYE, page } from './page.ts'
import type { Html } from './page.ts'
import { TEXTS } from './texts.ts'
import type { Language } from './texts.ts'

type ChangePage = { language: Language; host: string; problem?: string; /** Which field it is about. */ field?: 'present' | 'next' }

export function changePasswordPage({ language, host, problem, field = 'present' }: ChangePage): string {
  const { change: t } = TEXTS[language]
  const input = passwordInputs(language, problem === undefined ? { first: 'present' } : { problem, field, first: field })
  const body = html`<h1>${t.heading}</h1>
<p>${t.others}</p>
<form method="post" action="?lang=${language}">
${input('present', t.present)}
${input('next', t.next)}
${input('again', t.again)}
<button type="submit" class="primary">${t.submit}</button>
<a class="quiet" href="?cancel&amp;lang=${language}">${t.cancel}</a>
</form>`
  return page({ language, host, title: t.title, languageLinks: true, body })
}

type Name = 'present' | 'next' | 'again'
type Inputs = { problem?: string; /** Which one it is about. */ field?: Name; /** Where one begins to write. */ first: Name }

/** Fields of passwords; what a new one must be stands below its own. */
export function passwordInputs(language: Language, { problem, field, first }: Inputs): (name: Name, label: string) => Html {
  const { show, change: t } = TEXTS[language]
  const told = problem && html`<div class="error" id="problem" role="alert">${ICON_ALERT}<span>${problem}</span></div>`
  return (name, label) => {
    const isWrong = problem !== undefined && name === field
    const by = [name === 'next' && 'rules', isWrong && 'problem'].filter(Boolean).join(' ')
    return html`<div class="field"><label for="${name}">${label}</label>
<div class="control"><input id="${name}" name="${name}" type="password" autocomplete="${name === 'present' ? 'current-password' : 'new-password'}" maxlength="1024" required ${isWrong && html`aria-invalid="true"`} ${by && html`aria-describedby="${by}"`} ${name === first && html`autofocus`}>
<button type="button" class="eye" aria-label="${show}: ${label}" aria-pressed="false" hidden>${ICON_EYE}</button></div>
${name === 'next' && html`<p class="rules" id="rules">${t.rules}</p>`}${isWrong && told}</div>`
  }
}

type ChangedPage = { language: Language; host: string; /** How many other sessions there were. */ ended: number; onward: string }

export function passwordChangedPage({ language, host, ended, onward }: ChangedPage): string {
  const { change: t } = TEXTS[language]
  const body = html`<h1>${t.doneTitle}</h1>
<p role="status">${t.done(ended)}</p>
<div class="actions"><a class="primary" href="${onward}" autofocus>${t.onward}</a></div>`
  return page({ language, host, title: t.doneTitle, languageLinks: false, body })
}
