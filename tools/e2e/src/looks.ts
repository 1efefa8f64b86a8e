import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const WORDS = new URL('../../../gateway/web/src/i18n/uk/', import.meta.url)

/** Waits until a page has what it asked the server for. */
export async function settled(page: Page): Promise<void> {
  await page.locator('#main > :visible').first().waitFor()
  await page.locator('[aria-busy=true]:visible, .skeleton:visible').first().waitFor({ state: 'detached' })
  // A dialog that the address asks for comes with code of its own, and has its name a moment after it is there; one that never gets it fails here.
  if (/[?&](create|end|import|settings)=true/.test(page.url())) await page.getByRole('dialog').first().waitFor()
  await page.locator('[role=dialog]:not([aria-labelledby], [aria-label])').first().waitFor({ state: 'detached' })
}

/** How many pixels the page itself can be scrolled sideways. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - document.documentElement.clientWidth') as Promise<number>

/** Headings squeezed to nothing, columns of a list that a wide screen cuts off, a phone's page that leaves room unused. */
export const misfits = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const faults = []
    const shown = (each) => each.offsetParent !== null && each.textContent.trim() !== ''
    for (const each of [...document.querySelectorAll('h1:not(.vh), h2:not(.vh)')].filter(shown))
      if (each.getBoundingClientRect().width < 24) faults.push('no room for the heading «' + each.textContent + '»')
    if (innerWidth > 1400)
      for (const each of document.querySelectorAll('.grid-wrap, .mx'))
        if (each.scrollWidth > each.clientWidth) faults.push(each.className + ' is cut by ' + (each.scrollWidth - each.clientWidth) + ' px')
    const right = innerWidth - document.querySelector('#main').getBoundingClientRect().right
    if (right > 1) faults.push(right + ' px at the right are not used')
    return faults
  })()`) as Promise<string[]>

// A text without a translation shows as its key: a first word of the files of texts, a dot, and more words.
const areas = readdirSync(WORDS)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => Object.keys(JSON.parse(readFileSync(new URL(file, WORDS), 'utf8')) as object))
const KEY = new RegExp(String.raw`(?<![\w.@/-])(?:${areas.join('|')})\.[a-zA-Z][\w-]*(?:\.[\w-]+)*|\{\{\s*[a-zA-Z][^}]*\}\}|\b(?:undefined|NaN|Invalid Date)\b|\[object`, 'g')

/** Keys and other remains of a program that a person would see or hear on the page. */
export async function rawTexts(page: Page): Promise<string[]> {
  const texts = (await page.evaluate(`[document.body.innerText, document.title,
    ...['aria-label', 'title', 'placeholder'].flatMap((name) => [...document.querySelectorAll('[' + name + ']')].map((each) => each.getAttribute(name)))]`)) as string[]
  return [...new Set(texts.flatMap((text) => text.match(KEY) ?? []))]
}

const axe = readFileSync(createRequire(new URL('../../../gateway/web/package.json', import.meta.url)).resolve('axe-core/axe.min.js'), 'utf8')

type Violation = { id: string; impact: string; nodes: { target: string[]; html: string }[] }

/** What axe finds serious or critical, one line for each rule and kind of element. In the dark only colours differ, so only they are looked at. */
export async function axeFindings(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
  await page.evaluate(`window.axe || (() => { ${axe} })()`)
  const only = theme === 'dark' ? `runOnly: ['color-contrast'],` : ''
  const { violations } = (await page.evaluate(`axe.run(document, { ${only} resultTypes: ['violations'] })`)) as { violations: Violation[] }
  const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return bad.map(({ id, nodes }) => `${id}, ${nodes.length} of ${nodes[0]!.html.slice(0, 120)}`)
}
