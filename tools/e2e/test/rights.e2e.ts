import { expect } from '@jest/globals'
import { structure } from '../src/data.ts'
import { shot, toast } from '../src/desk.ts'
import { scene } from '../src/scene.ts'

const PROMISED_MS = 5_000

scene('a right that is taken from a group stops working within five seconds in a page that is already open', async ({ open, api }) => {
  const group = (await structure(api)).group('accountants')
  const { grants } = await api.get(`grants?pageSize=250&filter=${encodeURIComponent(`groupId="${group}"`)}`)
  const cells = grants.map(({ section, action, scope }: Record<string, string>) => ({ section, action, scope }))
  const [admin, halyna] = [await open({ as: 'admin' }), await open({ as: 'halyna' })]
  try {
    await halyna.go('/opportunities')
    await halyna.page.locator('.kc').first().waitFor()
    await admin.go(`/rights?group=${group}`)
    await admin.page.getByRole('button', { name: 'Угоди, Перегляд: усі' }).focus()
    await admin.page.keyboard.press('0')
    await admin.page.getByText('1 незбережена зміна').waitFor()
    await admin.page.getByRole('button', { name: 'Зберегти' }).click()
    await toast(admin.page, 'Права збережено')
    const saved = Date.now()
    await halyna.page.getByRole('link', { name: 'Воронка' }).waitFor({ state: 'detached' })
    await halyna.page.locator('.kc').first().waitFor({ state: 'detached' })
    await halyna.page.getByText('Немає права на перегляд').first().waitFor()
    expect(Date.now() - saved).toBeLessThan(PROMISED_MS)
    await shot(halyna, 'right taken away')
    expect(await halyna.page.evaluate(`fetch('/api/v1/opportunities').then(({ status }) => status)`)).toBe(403)
  } finally {
    await api.post(`groups/${group}:setGrants`, { cells })
  }
  await halyna.page.getByRole('link', { name: 'Воронка' }).waitFor()
})

scene('a denial for one person is set, and the inspector names it', async ({ open, api }) => {
  const { halyna } = await employeesByName(api)
  const { page, go, ...admin } = await open({ as: 'admin' })
  await go('/rights')
  await page.getByRole('button', { name: 'Права працівника' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Хто' }).or(dialog.getByLabel('Хто')).first().fill(halyna!.displayName)
  await page.getByRole('option', { name: halyna!.displayName }).click()
  await dialog.getByRole('button', { name: 'Створити' }).click()
  await page.getByText('Права однієї особи, понад права її груп').waitFor()
  try {
    await page.getByRole('button', { name: 'Додати правило' }).click()
    await dialog.getByLabel('Що робить').first().click()
    await page.getByRole('option', { name: 'забороняє' }).click()
    await dialog.getByRole('button', { name: 'Додати правило' }).click()
    await page.getByRole('button', { name: 'Зберегти' }).click()
    await toast(page, 'Права збережено')
    const inspector = page.getByRole('complementary', { name: 'Хто що може і чому' })
    await inspector.getByLabel('Хто').first().fill(halyna!.displayName)
    await page.getByRole('option', { name: halyna!.displayName }).click()
    await inspector.getByText('Що може ця особа').waitFor()
    await shot({ page, go, ...admin }, 'rights of a person')
    await page.setViewportSize({ width: 360, height: 800 })
    await shot({ page, go, ...admin }, 'rights of a person narrow')
  } finally {
    const { groups } = await api.get(`groups?filter=${encodeURIComponent(`employeeId="${halyna!.id}"`)}`)
    for (const { id } of groups) await api.post(`groups/${id}:setGrants`, { cells: [] })
  }
})

scene('a field that is hidden from a group is gone from its cards and forms, one that is read only has no input, and the inspector says why', async ({ open, api }) => {
  const { halyna } = await employeesByName(api)
  const group = (await structure(api)).group('accountants')
  const { counterparties: [party] } = await api.get(`counterparties?pageSize=1&filter=${encodeURIComponent('taxCode:*')}`)
  const [admin, reader] = [await open({ as: 'admin' }), await open({ as: 'halyna' })]
  const { page } = admin
  const dialog = page.getByRole('dialog')
  const limit = async (kind: string, field: string) => {
    await page.getByRole('button', { name: 'Обмежити поля' }).click()
    await dialog.getByLabel('Обмеження').first().click()
    await page.getByRole('option', { name: kind, exact: true }).click()
    await dialog.getByLabel('Обмеження полів').first().fill(field)
    await page.getByRole('option', { name: field, exact: true }).click()
    await page.keyboard.press('Escape').catch(() => {})
    await dialog.getByRole('button', { name: 'Обмежити поля' }).click()
  }
  try {
    await reader.go(`/counterparties/${party.id}`)
    await reader.page.getByText(party.taxCode).first().waitFor()
    await admin.go(`/rights?group=${group}`)
    await limit('сховано', 'ЄДРПОУ чи РНОКПП')
    await limit('лише читання', 'Примітка')
    await shot(admin, 'limits of fields not saved')
    await page.getByRole('button', { name: 'Зберегти' }).click()
    await toast(page, 'Права збережено')
    const saved = Date.now()
    await reader.page.getByText(party.taxCode).first().waitFor({ state: 'detached' })
    expect(Date.now() - saved).toBeLessThan(PROMISED_MS)
    await shot(reader, 'card without a hidden field')
    const inspector = page.getByRole('complementary', { name: 'Хто що може і чому' })
    await inspector.getByLabel('Хто').first().fill(halyna!.displayName)
    await page.getByRole('option', { name: halyna!.displayName }).click()
    await inspector.getByText('ЄДРПОУ чи РНОКПП').waitFor()
    await inspector.getByText('Діє.').first().waitFor()
    await shot(admin, 'limits of fields')
    await page.setViewportSize({ width: 360, height: 800 })
    await shot(admin, 'limits of fields narrow')
  } finally {
    await api.post(`groups/${group}:setFieldLimits`, { limits: [] })
  }
  await reader.page.getByText(party.taxCode).first().waitFor()
})

async function employeesByName(api: Parameters<Parameters<typeof scene>[1]>[0]['api']): Promise<Record<string, { id: string; displayName: string }>> {
  const { employees } = await api.get('employees?pageSize=250')
  return Object.fromEntries(employees.map((one: { username: string; id: string; displayName: string }) => [one.username, one]))
}
