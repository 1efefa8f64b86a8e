import { expect } from '@jest/globals'
import { shot } from '../src/desk.ts'
import { axeFindings, misfits, overflow, rawTexts, settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'

scene('a password for a phone is made, shown once, opens the address books, and is taken back', async ({ open }) => {
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto('/phones')
  await settled(page)
  await page.getByRole('button', { name: 'Створити пароль застосунку' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Для чого цей пароль').fill('Мій телефон')
  await dialog.getByRole('button', { name: 'Створити' }).click()
  const password = (await dialog.locator('.secret').textContent())!
  await shot(desk, 'app password made')
  expect(await axeFindings(page, 'light')).toEqual([])
  const username = (await dialog.locator('dd').first().textContent())!
  await dialog.getByRole('button', { name: 'Готово' }).click()
  const books = () =>
    fetch(new URL('/carddav/', page.url()), { method: 'PROPFIND', headers: { depth: '0', authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` } }).then(({ status }) => status)
  expect(await books()).toBe(207)
  await page.reload()
  await page.getByText('востаннє').waitFor()
  expect(await page.content()).not.toContain(password)
  await page.getByText('Android (DAVx⁵)').click()
  for (const [width, colorScheme] of [[1440, 'light'], [360, 'dark']] as const) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await shot(desk, `phones ${width} ${colorScheme}`)
    expect([await misfits(page), await overflow(page), await axeFindings(page, colorScheme), await rawTexts(page)]).toEqual([[], 0, [], []])
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  await page.getByRole('button', { name: 'Скасувати пароль: Мій телефон' }).click()
  await page.getByRole('dialog', { name: 'Скасувати пароль «Мій телефон»?' }).getByRole('button', { name: 'Скасувати пароль' }).click()
  await page.getByText('Ще немає жодного пароля').waitFor()
  expect(await books()).toBe(401)
  expect(desk.troubles).toEqual([])
}, { timeoutMs: 120_000 })
