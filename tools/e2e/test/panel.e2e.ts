import { expect } from '@jest/globals'
import { shot, type Desk } from '../src/desk.ts'
import { demoCall } from '../src/exchange.ts'
import { axeFindings, overflow, rawTexts } from '../src/looks.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

/** How the panel ends, by kind of call: what must be readable on it then. */
const ENDS = {
  uk: { several: 'Розмову завершено', unknown: 'Розмову завершено', missed: 'Звернення зареєстровано', 'another-agent': 'Розмову веде' },
  en: { several: 'Call ended', unknown: 'Call ended', missed: 'Request registered', 'another-agent': 'Answered by' },
} as const

const WIDTHS = [1440, 1024, 360]

/** What is wrong with the panel at every width and in both themes. */
async function look(desk: Desk, name: string): Promise<string[]> {
  const faults: string[] = []
  for (const width of WIDTHS) {
    await desk.page.setViewportSize({ width, height: width === 360 ? 740 : 900 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await desk.page.emulateMedia({ colorScheme })
      await shot(desk, `panel ${name} ${width} ${colorScheme}`)
    }
    // It slides in, and is measured where it comes to rest.
    await desk.page.locator('.cp').evaluate(async (panel) => {
      const { getAnimations } = panel as unknown as { getAnimations(): { finished: Promise<unknown> }[] }
      await Promise.allSettled(getAnimations.call(panel).map(({ finished }) => finished))
    })
    const box = (await desk.page.locator('.cp').boundingBox())!
    const wide = await overflow(desk.page)
    // A long name stands whole.
    const cut = await desk.page.locator('.cp-name').evaluate((field) => {
      const was = field.textContent
      field.textContent = 'ТОВ «Виробничо-комерційна фірма Степовий колос»'
      const faults = [field.scrollHeight > field.clientHeight, field.scrollWidth > field.clientWidth].includes(true)
      field.textContent = was
      return faults
    })
    if (cut) faults.push(`${name} at ${width}: the name is cut`)
    if (box.x < 0 || box.x + box.width > width) faults.push(`${name} at ${width}: the panel reaches from ${box.x} to ${box.x + box.width}`)
    if (wide > 0) faults.push(`${name} at ${width}: ${wide} px too wide`)
    faults.push(...(await rawTexts(desk.page)).map((text) => `${name} at ${width}: ${text}`))
  }
  await desk.page.setViewportSize({ width: 1440, height: 900 })
  return faults
}

for (const language of ['uk', 'en'] as const)
  scene(`${language}: the panel of every kind of call fits every screen, in words, in both themes`, async ({ open, api }) => {
    const faults: string[] = []
    for (const [scenario, end] of Object.entries(ENDS[language])) {
      const desk = await open({ as: 'iryna', language })
      await demoCall(scenario)
      const panel = desk.page.locator('.cp')
      await panel.waitFor()
      faults.push(...(await look(desk, `${language} ${scenario} rings`)))
      await panel.filter({ hasText: end }).waitFor({ timeout: 40_000 })
      faults.push(...(await look(desk, `${language} ${scenario} ended`)))
      faults.push(...(await axeFindings(desk.page, 'light')).map((finding) => `${scenario}: ${finding}`))
      expect(desk.troubles).toEqual([])
    }
    expect(faults).toEqual([])
    // A call that goes on stands on the screen of whoever signs in next as the one who answered it.
    await until(async () => (await api.get(`calls?filter=${encodeURIComponent('state!="ended"')}`))['calls'].length === 0, 'all calls have ended', 40_000)
  }, { timeoutMs: 240_000 })
