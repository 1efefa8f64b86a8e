import { assetUrl } from './assets.ts'
import { TEXTS } from './texts.ts'
import type { Language } from './texts.ts'

/** Values are escaped; what `html` itself made, and lists of it, are taken as they are. */
export function html(parts: readonly string[], ...values: unknown[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(render)))
}

export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function render(value: unknown): string {
  if (value instanceof Html) return value.text
  if (value === undefined || value === null || value === false) return ''
  return String(value).replace(/[&<>"']/g, (char) => ENTITIES[char]!)
}

export type PageOptions = { language: Language; title: string; languageLinks: boolean; host: string; body: Html }

/** The frame of every page: card in the middle, language switch and address below. */
export function page({ language, title, languageLinks, host, body }: PageOptions): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Vitrylo</title>
<link rel="stylesheet" href="${assetUrl('sign-in.css')}">
<link rel="icon" href="${assetUrl('sail.svg')}" type="image/svg+xml">
<script src="${assetUrl('sign-in.js')}" defer></script>
</head>
<body>
<main class="card">
<div class="brand">${SAIL}<b>Vitrylo</b></div>
${body}
</main>
<footer>${languageLinks && languageSwitch(language)}<span class="host">${host}</span></footer>
</body>
</html>
`.toString()
}

function languageSwitch(current: Language): Html {
  const links = (['uk', 'en'] as const).map((language) => {
    const name = TEXTS[language].language
    return language === current
      ? html`<span aria-current="true" lang="${language}">${name}</span>`
      : html`<a href="?lang=${language}" lang="${language}" hreflang="${language}">${name}</a>`
  })
  return html`<nav class="languages" aria-label="${current === 'uk' ? 'Мова' : 'Language'}">${ICON_LANGUAGE}${links[0]}${links[1]}</nav>`
}

const SAIL = html`<svg class="logo" viewBox="0 0 20 20" aria-hidden="true"><path d="M11 1.5v12.2H2.6C6.2 10.6 9.3 6.5 11 1.5z" fill="currentColor"/><path d="M12.6 4.6c1.9 2.7 3.7 5.9 4.7 9.1h-4.7z" fill="currentColor" opacity=".55"/><path d="M2.2 15.4h15.6l-1.5 2.7H4.2z" fill="currentColor"/></svg>`

export const ICON_ALERT = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 12a9 9 0 1 0 18 0a9 9 0 0 0 -18 0"/><path d="M12 8v4"/><path d="M12 16h.01"/></svg>`

export const ICON_EYE = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M10 12a2 2 0 1 0 4 0a2 2 0 0 0 -4 0"/><path d="M21 12c-2.4 4 -5.4 6 -9 6c-3.6 0 -6.6 -2 -9 -6c2.4 -4 5.4 -6 9 -6c3.6 0 6.6 2 9 6"/></svg>`

const ICON_LANGUAGE = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M9 6.371c0 4.418 -2.239 6.629 -5 6.629"/><path d="M4 6.371h7"/><path d="M5 9c0 2.144 2.252 3.908 6 4"/><path d="M12 20l4 -9l4 9"/><path d="M19.1 18h-6.2"/><path d="M6.694 3l.793 .582"/></svg>`
