import { expect } from '@jest/globals'
import { look } from '../src/look.ts'
import { settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

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

scene('a branch gets a working calendar, with a mistake told where it is', async ({ open, api }) => {
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto('/branches?create=true')
  await settled(page)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Назва').fill('Чернівці')
  await dialog.getByLabel('Власний робочий календар').check()
  await dialog.getByLabel('Субота').fill('10-14')
  await dialog.getByLabel('Неділя').fill('нізащо')
  await dialog.getByText('Пишіть так: 9:00–13:00, 14:00–18:00').waitFor()
  const faults = await look(desk, 'branch form')
  await dialog.getByLabel('Неділя').fill('')
  await dialog.getByLabel('Свята й особливі дні').fill('25.12.2026\n26.12.2026 10:00–12:00')
  await dialog.getByRole('button', { name: 'Створити' }).click()
  await page.getByText('Філію збережено').first().waitFor()
  faults.push(...(await look(desk, 'branches')))
  const made = ((await api.get(`branches?filter=${encodeURIComponent('name="Чернівці"')}`))['branches'] as { calendar: Record<string, any> }[])[0]!
  expect(made.calendar['week'][5]).toEqual({ shifts: [{ from: 600, until: 840 }] })
  expect(made.calendar['week'][0].shifts).toHaveLength(2)
  expect(made.calendar['exceptions']).toEqual([{ date: '2026-12-25', shifts: [] }, { date: '2026-12-26', shifts: [{ from: 600, until: 720 }] }])
  expect(faults).toEqual([])
  expect(desk.troubles).toEqual([])
}, { timeoutMs: 120_000 })
