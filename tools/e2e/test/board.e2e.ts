// What a card of the board says of what comes next.
import { expect } from '@jest/globals'
import { dayFromToday, makeParty, newWord } from '../src/data.ts'
import { look } from '../src/look.ts'
import { scene } from '../src/scene.ts'

// Seen failing: the day of an overdue step was grey as any other. Of a deal that is over no step is late.
scene('a next step that is overdue stands out on the board, one that is missing too; one to come does not', async ({ open, api }) => {
  const { word } = newWord()
  const party = await makeParty(api, { name: `ТОВ «${word}»` })
  const add = (title: string, next: object) => api.post('opportunities', { title: `${title} ${word}`, counterpartyId: party['id'], amount: { amount: '1.00', currency: 'UAH' }, ...next })
  await add('Минулий', { nextStep: 'Уточнити обсяг', nextStepDate: dayFromToday(-3) })
  await add('Майбутній', { nextStep: 'Надіслати зразки', nextStepDate: dayFromToday(3) })
  await add('Сьогоднішній', { nextStep: 'Зателефонувати', nextStepDate: dayFromToday(0) })
  await add('Порожній', {})
  const desk = await open({ as: 'maksym' })
  const { page } = desk
  await page.goto(`/opportunities?filter=${encodeURIComponent(`counterpartyId="${party['id']}"`)}`)
  const stepOf = (title: string) => page.locator('.kc', { hasText: `${title} ${word}` }).locator('.kx')
  await stepOf('Порожній').waitFor()
  const colourOf = (title: string) => stepOf(title).locator('> :last-child').evaluate((field) => (globalThis as unknown as { getComputedStyle(of: unknown): { color: string } }).getComputedStyle(field).color)
  expect(await stepOf('Минулий').locator('.num').getAttribute('title')).toBe('−3 дні')
  expect(await colourOf('Минулий')).not.toBe(await colourOf('Майбутній'))
  expect(await colourOf('Сьогоднішній')).toBe(await colourOf('Майбутній'))
  expect(await colourOf('Порожній')).not.toBe(await colourOf('Майбутній'))
  const faults = await look(desk, 'next steps on the board')
  expect(faults).toEqual([])
  expect(desk.troubles).toEqual([])
})
