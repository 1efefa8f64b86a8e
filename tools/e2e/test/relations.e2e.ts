import { expect } from '@jest/globals'
import { makeParty, newPhone, newWord } from '../src/data.ts'
import { shot, toast } from '../src/desk.ts'
import { settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'

scene('a relation is put on the card, drawn in the organisation chart and the referral graph, told on the timeline and ended', async ({ open, api }) => {
  const { word } = newWord()
  const make = async (name: string) => makeParty(api, { name: `ТОВ «${name} ${word}»`, phone: newPhone() })
  const [holding, plant, shop, friend] = [await make('Холдинг'), await make('Завод'), await make('Крамниця'), await make('Порадник')]
  const kinds = await api.all('relation-kinds')
  const kind = (en: string) => kinds.find(({ fromName }) => fromName.en === en)!['id']
  await api.post('relations', { kindId: kind('Parent company'), fromId: plant['id'], toId: shop['id'] })
  await api.post('relations', { kindId: kind('Referred by'), fromId: friend['id'], toId: plant['id'] })
  const desk = await open({ as: 'admin' })
  const { page } = desk

  await page.goto(`/counterparties/${plant['id']}?tab=relations`)
  await page.getByText(`Порадник ${word}`).first().waitFor()
  await page.getByRole('button', { name: 'Додати зв’язок' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Ким доводиться').click()
  await page.getByRole('option', { name: 'Материнська компанія' }).click()
  await form.getByLabel('Контрагент', { exact: false }).last().fill(`Холдинг ${word}`)
  await page.getByRole('option').filter({ hasText: `Холдинг ${word}` }).click()
  await form.getByLabel('Від якого дня').fill('01.02.2024')
  await shot(desk, 'relation form')
  await form.getByRole('button', { name: 'Зберегти' }).click()
  await toast(page, `Холдинг ${word}`)

  const tree = page.locator('.tree-list').first()
  await tree.getByRole('link', { name: `Холдинг ${word}` }).waitFor()
  expect(await tree.getByRole('listitem').count()).toBe(3)
  for (const [width, colorScheme] of [[1440, 'light'], [1440, 'dark'], [360, 'light'], [360, 'dark']] as const) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `relations ${width} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.getByText(`Додано зв’язок: ТОВ «Холдинг ${word}»`).waitFor()

  // By keyboard alone to the one above, and its card says the same.
  await tree.getByRole('link', { name: `Холдинг ${word}` }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/counterparties/${holding['id']}?tab=relations`)
  await page.getByText('від 01.02.2024').waitFor()
  await page.getByRole('button', { name: `Завершити сьогодні: ТОВ «Завод ${word}»` }).click()
  await toast(page, 'Зв’язок завершено')
  await page.getByText(`Завершено зв’язок: ТОВ «Завод ${word}»`).waitFor()
}, { timeoutMs: 150_000 })
