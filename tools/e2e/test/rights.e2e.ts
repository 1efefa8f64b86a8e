import { expect } from '@jest/globals'
import { structure } from '../src/data.ts'
import { shot, toast } from '../src/desk.ts'
import { scene } from '../src/scene.ts'

const PROMISED_MS = 5_000

scene('a right that is taken from a group stops working within five seconds in a page that is already open', async ({ open, api }) => {
  const group = (await structure(api)).group('accountants')
  const { grants } = await api.get(`grants?pageSize=250&filter=${encodeURIComponent(`groupId="${group}"`)}`)
  const cells = grants.map(({ section, action, scope }: Record<string, string>) => ({ section, action, scope }))
  const [admin, halyna] = [await open({ as: 'admin' }), await open({ as: 'halyna' })]
  try {
    await halyna.go('/opportunities')
    await halyna.page.locator('.kc').first().waitFor()
    await admin.go(`/rights?group=${group}`)
    await admin.page.getByRole('button', { name: 'Угоди, Перегляд: усі' }).focus()
    await admin.page.keyboard.press('0')
    await admin.page.getByText('1 незбережена зміна').waitFor()
    await admin.page.getByRole('button', { name: 'Зберегти' }).click()
    await toast(admin.page, 'Права збережено')
    const saved = Date.now()
    await halyna.page.getByRole('link', { name: 'Воронка' }).waitFor({ state: 'detached' })
    await halyna.page.locator('.kc').first().waitFor({ state: 'detached' })
    await halyna.page.getByText('Немає права на перегляд').first().waitFor()
    expect(Date.now() - saved).toBeLessThan(PROMISED_MS)
    await shot(halyna, 'right taken away')
    expect(await halyna.page.evaluate(`fetch('/api/v1/opportunities').then(({ status }) => status)`)).toBe(403)
  } finally {
    await api.post(`groups/${group}:setGrants`, { cells })
  }
  await halyna.page.getByRole('link', { name: 'Воронка' }).waitFor()
})
