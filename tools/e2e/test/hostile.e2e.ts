import { expect } from '@jest/globals'
import { makeParty, newPhone, newWord } from '../src/data.ts'
import { shot } from '../src/desk.ts'
import { connectExchange } from '../src/exchange.ts'
import { scene } from '../src/scene.ts'

const texts = (word: string): Record<string, string> => ({
  name: `<script>alert(1)</script> "${word}" '&amp;`,
  note: `"><img src=x onerror=alert(2)> ${word}`,
  deal: `<svg onload=alert(3)> {{7*7}} ${word} \u202Egnp.exe`,
  matter: `javascript:alert(4) <a href="javascript:alert(5)">${word}</a>`,
})

scene('hostile texts in names are shown as text in list, card, panel, journal and kanban, and nothing of them runs', async ({ open, api }) => {
  const [{ word }, phone] = [newWord(), newPhone()]
  const { name, note, deal, matter } = texts(word)
  const { id } = await makeParty(api, { name: name!, phone, more: { note, industry: note, channels: [{ kind: 'phone', value: `+380${phone}`, primary: true }, { kind: 'site', value: 'javascript:alert(6)' }] } })
  await api.post(`counterparties/${id}/notes`, { text: note })
  await api.post('opportunities', { title: deal, counterpartyId: id, nextStep: note, amount: { amount: '1.00', currency: 'UAH' } })
  const request = await api.post('requests', { channel: 'mail', subject: matter, text: note, counterpartyId: id })
  const desk = await open({ as: 'iryna' })
  const { page } = desk

  await page.getByRole('searchbox').fill(word)
  await page.getByRole('link', { name: name!, exact: true }).click()
  await page.locator('h1').filter({ hasText: name! }).waitFor()
  await page.locator('.timeline').getByText(note!).first().waitFor()
  await page.locator('.blocks').getByText(deal!.replace('\u202E', '')).first().waitFor()
  expect(await page.locator('a[href^="javascript:" i]').count()).toBe(0)

  const exchange = await connectExchange(api)
  try {
    const { done } = exchange.call({ callerNumber: `+380${phone}`, callerName: '<b>x</b>', extension: '1001', ringSeconds: 3, talkSeconds: 0.5 })
    await page.locator('.cp').getByText(name!).first().waitFor()
    await shot(desk, 'hostile panel')
    await done
  } finally {
    await exchange.stop()
  }

  await page.goto(`/requests?open=${request['id']}`)
  await page.locator('article.rd h2').filter({ hasText: matter! }).waitFor()
  await page.goto('/opportunities?form=list')
  await page.getByText(deal!.replace('\u202E', '')).first().waitFor()
  await page.goto('/opportunities')
  await page.locator('.kc').first().waitFor()
  await page.getByText(name!).first().or(page.getByRole('button', { name: /^Ще \d/ }).first()).first().waitFor()
  for (const more of await page.getByRole('button', { name: /^Ще \d/ }).all()) if (await more.isVisible()) await more.click()
  await page.locator('.kc').filter({ hasText: name! }).first().waitFor()

  expect(desk.dialogs).toEqual([])
  expect(desk.troubles).toEqual([])
  expect(await page.locator('script:not([src])').count()).toBe(0)
  expect(await page.locator('img[src=x]').count()).toBe(0)
})
