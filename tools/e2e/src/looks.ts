import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const WORDS = new URL('../../../gateway/web/src/i18n/uk/', import.meta.url)

/** Waits until a page has what it asked the server for. */
export async function settled(page: Page): Promise<void> {
  await page.locator('#main > *').first().waitFor()
  await page.locator('[aria-busy=true], .skeleton').first().waitFor({ state: 'detached' })
}

/** How many pixels the page itself can be scrolled sideways. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - document.documentElement.clientWidth') as Promise<number>

// A text without a translation shows as its key: a first word of the files of texts, a dot, and more words.
const areas = readdirSync(WORDS)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => Object.keys(JSON.parse(readFileSync(new URL(file, WORDS), 'utf8')) as object))
const KEY = new RegExp(String.raw`(?<![\w.@/-])(?:${areas.join('|')})\.[a-zA-Z][\w-]*(?:\.[\w-]+)*|\{\{[^}]*\}\}|\b(?:undefined|NaN|Invalid Date)\b|\[object`, 'g')

/** Keys and other remains of a program that a person would see or hear on the page. */
export async function rawTexts(page: Page): Promise<string[]> {
  const texts = (await page.evaluate(`[document.body.innerText, document.title,
    ...['aria-label', 'title', 'placeholder'].flatMap((name) => [...document.querySelectorAll('[' + name + ']')].map((each) => each.getAttribute(name)))]`)) as string[]
  return [...new Set(texts.flatMap((text) => text.match(KEY) ?? []))]
}

const axe = readFileSync(createRequire(new URL('../../../gateway/web/package.json', import.meta.url)).resolve('axe-core/axe.min.js'), 'utf8')

type Violation = { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }

/** What axe finds serious or critical, each in one line. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(`window.axe || (() => { ${axe} })()`)
  const { violations } = (await page.evaluate(`axe.run(document, { resultTypes: ['violations'] })`)) as { violations: Violation[] }
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.replaceAll(/\s+/g, ' ').slice(0, 200)}`))
}
