import { expect } from '@jest/globals'
import { shot } from '../src/desk.ts'
import { axeFindings, settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'

scene('a pack is looked at, installed, found in a form, and taken back', async ({ open, api }) => {
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto('/packs')
  await settled(page)
  const pack = page.getByRole('region', { name: 'Автосервіс' })
  await pack.getByRole('button', { name: 'Що зміниться' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Державний номер').first().waitFor()
  await shot(desk, 'pack plan')
  // Rights in words, not in codes.
  expect(await dialog.innerText()).toMatch(/Угоди: перегляд \(/)
  expect(await dialog.innerText()).not.toMatch(/opportunities|branch/)
  expect(await axeFindings(page, 'light')).toEqual([])
  await dialog.getByRole('button', { name: 'Встановити' }).click()
  await pack.getByText('встановлено версію 1').waitFor()
  await page.getByText('Автосервіс: встановлення').waitFor()
  await settled(page)
  await shot(desk, 'packs')
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 360, height: 740 })
  await shot(desk, 'packs 360 dark')
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/opportunities?create=true')
  await page.getByRole('dialog').getByLabel('Державний номер').waitFor()
  await shot(desk, 'opportunity form with a pack')
  await page.goto('/packs')
  await pack.getByRole('button', { name: 'Повернути, як було' }).click()
  await dialog.getByText('Фільтри конфігурації зникнуть у всіх').waitFor()
  await shot(desk, 'pack back')
  await dialog.getByRole('button', { name: 'Повернути, як було' }).click()
  await pack.getByText('не встановлено').waitFor()
  // Seen failing: they stayed, and named archived fields.
  const kept = (await api.get('saved-filters?pageSize=250'))['savedFilters'] as { displayName: string }[]
  expect(kept.map(({ displayName }) => displayName)).not.toContain('Запросити на ТО')
  expect(desk.troubles).toEqual([])
}, { timeoutMs: 120_000 })
