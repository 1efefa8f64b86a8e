// The board of opportunities by hand and by keys.
import { expect } from '@jest/globals'
import { makeParty, newWord } from '../src/data.ts'
import { shot } from '../src/desk.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

// Seen failing: a card dropped there fell back without a word; after M and a figure the focus was on the body.
scene('a card dropped on «Втрачено» is asked why; one moved by keys keeps the focus, and is won by keys', async ({ open, api }) => {
  const { word } = newWord()
  const party = await makeParty(api, { name: `Забудовник ${word}`, responsible: 'admin' })
  const [lost, won] = [await api.post('opportunities', { title: `Паркан ${word}`, counterpartyId: party['id'] }), await api.post('opportunities', { title: `Дах ${word}`, counterpartyId: party['id'] })]
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto(`/opportunities?filter=${encodeURIComponent(`counterpartyId = "${party['id']}"`)}`)
  const card = (id: string) => page.locator(`[data-card="${id}"]`)
  await card(lost['id']).waitFor()
  await card(lost['id']).dragTo(page.locator('.kcol.shut', { hasText: 'Втрачено' }))
  const dialog = page.getByRole('dialog')
  await dialog.getByText(`Угоду ${lost['number']} втрачено`).waitFor()
  // Nobody's reason is chosen for them. Seen failing with the first one chosen: it was lost by it at once.
  await page.keyboard.press('Control+s')
  await dialog.getByText('Виберіть причину або напишіть свою').waitFor()
  await shot(desk, 'lost by a drop')
  await dialog.getByRole('button', { name: 'Скасувати' }).click()
  expect((await api.get(`opportunities/${lost['id']}`))['state']).toBe('open')

  await card(won['id']).focus()
  await page.keyboard.press('m')
  await dialog.waitFor()
  await shot(desk, 'move by keys')
  await page.keyboard.press('2')
  await until(async () => (await api.get(`opportunities/${won['id']}`))['stageId'] !== won['stageId'], 'the card is moved')
  await until(() => card(won['id']).evaluate((each) => each === each.ownerDocument.activeElement), 'the card has the focus')
  await page.keyboard.press('m')
  await dialog.waitFor()
  await page.keyboard.press('w')
  await dialog.getByText(`Угоду ${won['number']} виграно?`).waitFor()
  await page.keyboard.press('Enter')
  await until(async () => (await api.get(`opportunities/${won['id']}`))['state'] === 'won', 'won')
})

// Seen failing: only programs could say another currency than the hryvnia.
scene('an opportunity is entered in euros', async ({ open, api }) => {
  const { word } = newWord()
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto('/opportunities?create=true')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Назва').first().fill(`Верстат ${word}`)
  await dialog.getByLabel('Сума, грн').fill('1200')
  await dialog.getByLabel('Валюта').click()
  await page.getByRole('option', { name: 'EUR' }).click()
  await dialog.getByLabel('Сума, EUR').waitFor()
  await shot(desk, 'opportunity in euros')
  await dialog.getByRole('button', { name: 'Створити' }).click()
  await page.waitForURL(/[?&]open=/)
  const id = new URL(page.url()).searchParams.get('open')
  expect((await api.get(`opportunities/${id}`))['amount']).toEqual({ amount: '1200.00', currency: 'EUR' })
})
