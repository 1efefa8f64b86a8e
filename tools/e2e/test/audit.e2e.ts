import { expect } from '@jest/globals'
import { makeParty, newPhone, newWord } from '../src/data.ts'
import { shot } from '../src/desk.ts'
import { settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

scene('a change of a counterparty stands in its history and in the audit log, with who, what and by what right', async ({ open, api }) => {
  const { word } = newWord()
  const party = await makeParty(api, { name: `ТОВ «${word}»`, phone: newPhone() })
  const id = String(party['id'])
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto(`/counterparties/${id}`)
  await until(async () => (await api.get(`record-history/counterparties/${id}`))['auditEntries'].length > 0, 'the history of the record')

  await page.getByRole('button', { name: 'Історія змін' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('створення').waitFor()
  await settled(page)
  for (const [width, colorScheme] of [[1440, 'light'], [1440, 'dark'], [360, 'light'], [360, 'dark']] as const) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `history ${width} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await dialog.getByRole('link', { name: 'У журналі аудиту' }).click()
  await page.getByRole('heading', { name: 'Журнал аудиту' }).waitFor()
  expect(new URL(page.url()).searchParams.get('record')).toContain(id)
  const grid = page.getByLabel('Журнал аудиту').last()
  await grid.getByText('Контрагенти · створення').first().click()
  await page.getByText('CounterpartyService.CreateCounterparty').waitFor()
  await page.getByText('Геш ланки').waitFor()
  for (const [width, colorScheme] of [[1440, 'light'], [1440, 'dark'], [360, 'light'], [360, 'dark']] as const) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `audit ${width} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto('/audit?kind=session')
  await page.locator('tbody tr[aria-rowindex]').filter({ hasText: 'Сеанси · вхід' }).first().waitFor()
  await page.goto('/audit?kind=write')
  await page.locator('tbody tr[aria-rowindex]').filter({ hasText: 'програма vitrylo-integration' }).first().waitFor()
}, { timeoutMs: 150_000 })
