import { expect } from '@jest/globals'
import { createApi } from '../../demo/src/load/api.ts'
import { env } from '../src/env.ts'
import { settled } from '../src/looks.ts'
import { look } from '../src/look.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

scene('a program gets an account and a key, uses it within its scopes, and loses it at once', async ({ open }) => {
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto('/integrations?create=true')
  await settled(page)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Назва').fill('BAS Бухгалтерія')
  const choose = async (label: string, text: string) => {
    await dialog.getByRole('combobox', { name: label }).or(dialog.getByLabel(label)).first().click({ force: true })
    await page.getByRole('option', { name: text }).first().click()
  }
  await choose('Хто відповідає', 'Надія')
  await choose('Групи', 'Адміністратори')
  await page.keyboard.press('Escape')
  const scopes = dialog.getByLabel('Обмеження прав')
  await scopes.fill('counterparties:view')
  await scopes.press('Enter')
  await scopes.press('Tab')
  const faults = await look(desk, 'integration create')
  await dialog.getByRole('button', { name: 'Створити' }).click()
  await dialog.getByRole('button', { name: 'Видати ключ' }).click()
  await dialog.getByText('Збережіть секрет зараз').waitFor()
  // The key is made: leaving takes nothing back.
  expect(await dialog.getByRole('button', { name: 'Скасувати' }).count()).toBe(0)
  await dialog.locator('.form-foot').getByRole('button', { name: 'Закрити' }).waitFor()
  faults.push(...(await look(desk, 'integration key')))
  const [clientId, clientSecret] = await dialog.locator('.told-once code').allTextContents()
  const program = createApi({ origin: env.url, clientId: clientId!, clientSecret: clientSecret! })
  await until(() => program.get('counterparties?pageSize=1').catch(() => undefined), 'the key works')
  await expect(program.get('opportunities')).rejects.toThrow('403')
  await dialog.getByRole('button', { name: 'Відкликати' }).click()
  await dialog.getByRole('button', { name: 'Так, відкликати' }).click()
  await until(async () => (await program.get('counterparties?pageSize=1').then(() => '', (error: Error) => error.message)).includes('401'), 'the key is refused')
  await page.goto('/integrations?state=revoked')
  await page.getByText('BAS Бухгалтерія').first().waitFor()
  faults.push(...(await look(desk, 'integrations')))
  await page.goto('/sessions?view=reads')
  await settled(page)
  faults.push(...(await look(desk, 'bulk reads')))
  expect(faults).toEqual([])
  expect(desk.troubles).toEqual([])
}, { timeoutMs: 150_000 })
