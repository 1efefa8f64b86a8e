import { expect } from '@jest/globals'
import { makeParty, newWord } from '../src/data.ts'
import { shot } from '../src/desk.ts'
import { env } from '../src/env.ts'
import { integration, scene } from '../src/scene.ts'

const order = async (verb: 'stop' | 'start'): Promise<void> => {
  const answer = await fetch(`${env.control}/${verb}`, { method: 'POST', signal: AbortSignal.timeout(100_000) })
  if (!answer.ok) throw new Error(`${verb}: ${await answer.text()}`)
}

scene(
  'the server goes and comes back: a thin bar says since when, and the page catches up without a reload or a new sign-in',
  async ({ open }) => {
    const desk = await open({ as: 'iryna' })
    const { page } = desk
    await page.goto('/counterparties?sort=updateTime desc')
    await page.locator('tbody tr[aria-rowindex]').first().waitFor()
    await page.evaluate(`window.notReloaded = 'yes'`)
    const bar = page.locator('.lost')
    await order('stop')
    try {
      await bar.waitFor()
      await shot(desk, 'link lost')
      expect(await bar.innerText()).toMatch(/Немає зв’язку із сервером з \d{2}:\d{2}/)
      expect(await page.locator('tbody tr[aria-rowindex]').count()).toBeGreaterThan(0)
    } finally {
      await order('start')
    }
    const name = `ТОВ «${newWord().word}»`
    await makeParty(integration(), { name })
    await bar.waitFor({ state: 'detached', timeout: 40_000 })
    await page.getByRole('link', { name }).waitFor()
    expect(await page.evaluate('window.notReloaded')).toBe('yes')
  },
  { needs: 'control', timeoutMs: 150_000 },
)
