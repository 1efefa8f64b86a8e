import { expect } from '@jest/globals'
import { createApi } from '../../demo/src/load/api.ts'
import { env } from '../src/env.ts'
import { shot, type Desk } from '../src/desk.ts'
import { axeFindings, misfits, overflow, rawTexts, settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

/** The page as it stands, at the sizes and in the themes that people have. */
async function look(desk: Desk, name: string): Promise<string[]> {
  const { page } = desk
  const faults: string[] = []
  for (const [width, height, colorScheme] of [[1440, 900, 'light'], [360, 740, 'dark']] as const) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    await shot(desk, `${name} ${width} ${colorScheme}`)
    faults.push(...(await axeFindings(page, colorScheme)), ...(await misfits(page)), ...(await rawTexts(page)), ...((await overflow(page)) > 0 ? ['scrolls sideways'] : []))
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  return faults.map((fault) => `${name}: ${fault}`)
}

scene('a program gets an account and a key, uses it within its scopes, and loses it at once', async ({ open }) => {
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto('/integrations?create=true')
  await settled(page)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Назва').fill('BAS Бухгалтерія')
  const choose = async (label: string, text: string) => {
    await dialog.getByRole('combobox', { name: label }).or(dialog.getByLabel(label)).first().click()
    await page.getByRole('option', { name: text }).first().click()
  }
  await choose('Хто відповідає', 'Надія')
  await choose('Групи', 'Адміністратори')
  await page.keyboard.press('Escape')
  const scopes = dialog.getByLabel('Обмеження прав')
  await scopes.fill('counterparties:view')
  await scopes.press('Enter')
  const faults = await look(desk, 'integration create')
  await dialog.getByRole('button', { name: 'Створити' }).click()
  await dialog.getByRole('button', { name: 'Видати ключ' }).click()
  await dialog.getByText('Збережіть секрет зараз').waitFor()
  faults.push(...(await look(desk, 'integration key')))
  const [clientId, clientSecret] = await dialog.locator('.key-secret code').allTextContents()
  const program = createApi({ origin: env.url, clientId: clientId!, clientSecret: clientSecret! })
  await until(() => program.get('counterparties?pageSize=1').catch(() => undefined), 'the key works')
  await expect(program.get('opportunities')).rejects.toThrow('403')
  page.once('dialog', (asked) => void asked.accept())
  await dialog.getByRole('button', { name: 'Відкликати' }).click()
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

scene('what somebody has who leaves goes to a colleague, and the report is there', async ({ open, api }) => {
  const { branches } = (await api.get('branches')) as { branches: { id: string }[] }
  const person = (displayName: string) => api.post('employees', { displayName, branchId: branches[0]!.id })
  const [leaver, heir] = [await person('Звільняється Зоя'), await person('Приймає Павло')]
  await until(async () => (await api.post('opportunities', { title: 'Спадок', ownerId: leaver['id'], branchId: branches[0]!.id }).catch(() => undefined)) !== undefined, 'the services know the new people')
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto(`/employees?open=${leaver['id']}`)
  await settled(page)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Передати справи' }).click()
  const row = dialog.getByRole('row', { name: /Відкриті угоди/ })
  await row.getByText('1', { exact: true }).waitFor()
  await dialog.getByRole('combobox', { name: 'Хто приймає' }).or(dialog.getByLabel('Хто приймає')).first().click()
  await page.getByRole('option', { name: 'Приймає Павло' }).click()
  const faults = await look(desk, 'hand-over plan')
  await dialog.getByRole('button', { name: 'Передати й закрити доступ' }).click()
  await dialog.getByText('Усе передано').waitFor({ timeout: 30_000 })
  faults.push(...(await look(desk, 'hand-over done')))
  const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('link', { name: 'Звіт' }).click()])
  expect(download.suggestedFilename()).toBe('handover-report.csv')
  expect((await api.get(`opportunities?filter=${encodeURIComponent(`ownerId="${heir['id']}"`)}`))['opportunities'].length).toBe(1)
  expect((await api.get(`employees/${leaver['id']}`))['disabled']).toBe(true)
  expect(faults).toEqual([])
  expect(desk.troubles).toEqual([])
}, { timeoutMs: 120_000 })
