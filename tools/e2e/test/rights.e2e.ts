import { expect } from '@jest/globals'
import { newWord, structure } from '../src/data.ts'
import { shot, toast } from '../src/desk.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

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

scene('two administrators rule one group: the open page follows, and neither undoes the other', async ({ open, api }) => {
  const group = await api.post('groups', { name: `two-rulers-${Date.now()}`, title: 'Двоє керують' })
  const path = `groups/${group['id']}`
  const cell = (section: string) => ({ section, action: 'view', scope: 'all' })
  const held = async () => {
    const { grants } = await api.get(`grants?pageSize=250&filter=${encodeURIComponent(`groupId="${group['id']}"`)}`)
    return grants.map(({ section }: { section: string }) => section).toSorted()
  }
  await api.post(`${path}:setGrants`, { cells: [cell('calls'), cell('opportunities')] })
  const desk = await open({ as: 'admin' })
  const { page } = desk
  const saved = () => page.waitForResponse((answer) => answer.url().endsWith(':setGrants'))
  const take = async (name: string) => {
    await page.getByRole('button', { name }).focus()
    await page.keyboard.press('0')
  }
  try {
    await desk.go(`/rights?group=${group['id']}`)
    await take('Угоди, Перегляд: усі')
    await page.getByText('1 незбережена зміна').waitFor()
    await api.post(`${path}:setGrants`, { cells: [cell('opportunities')] })
    await page.getByRole('button', { name: 'Дзвінки, Перегляд: немає' }).waitFor()
    await shot(desk, 'rights that another has changed')
    expect((await Promise.all([saved(), page.getByRole('button', { name: 'Зберегти' }).click()]))[0].status()).toBe(200)
    await toast(page, 'Права збережено')
    expect(await held()).toEqual([])

    // Quicker than the page could follow: refused, told, shown with what was changed here on top.
    await page.getByRole('button', { name: 'Звернення, Перегляд: немає' }).focus()
    await page.keyboard.press('4')
    await page.route(`**/api/v1/${path}`, (route) => route.abort())
    await api.post(`${path}:setGrants`, { cells: [cell('calls')] })
    expect((await Promise.all([saved(), page.getByRole('button', { name: 'Зберегти' }).click()]))[0].status()).toBe(412)
    await toast(page, 'Права не збережено')
    await page.unroute(`**/api/v1/${path}`)
    await shot(desk, 'rights not saved')
    expect(await held()).toEqual(['calls'])
  } finally {
    await api.delete(path)
  }
})

// The count was bare text, and no group could be made without a code.
scene('the members of a group are a click away, and a new group needs no code of one\'s own', async ({ open, api }) => {
  const desk = await open({ as: 'admin', width: 1280, height: 720 })
  const { page } = desk
  const group = await api.get(`groups/${(await structure(api)).group('accountants')}`)
  const { employees } = await api.get(`employees?filter=${encodeURIComponent('groups="accountants"')}`)
  await desk.go(`/rights?group=${group['id']}`)
  await shot(desk, 'a group and its members')
  await page.getByRole('region', { name: group['title'] }).getByRole('link', { name: /^\d+ ос/ }).click()
  await page.waitForURL('**/employees?group=accountants')
  await page.getByRole('row').filter({ hasText: employees[0].displayName }).waitFor()
  expect(await page.locator('tbody').getByRole('link').allTextContents()).toEqual(employees.map(({ displayName }: Record<string, string>) => displayName).toSorted((a: string, b: string) => a.localeCompare(b, 'uk')))
  await shot(desk, 'members of a group')
  await desk.go('/rights')
  await page.getByRole('button', { name: 'Створити групу' }).click()
  const { latin, word } = newWord()
  const form = page.getByRole('dialog')
  await form.getByLabel('Назва групи').fill(`Зміна ${word}`)
  await shot(desk, 'code of a group proposed')
  const [saved] = await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/groups')), form.getByRole('button', { name: 'Створити' }).click()])
  expect(await saved.json()).toMatchObject({ name: `zmina-${latin.toLowerCase()}`, title: `Зміна ${word}` })
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

// Seen failing: the number was passed over, and the answer was that of any request.
scene('the inspector answers for the record that a number names, and for none where the number names nothing', async ({ open, api }) => {
  const { nadia } = await employeesByName(api)
  const ids = await structure(api)
  const { number } = await api.post('requests', { channel: 'visit', subject: newWord().word, branchId: ids.branch('LVIV') })
  const desk = await open({ as: 'admin' })
  await desk.go('/rights')
  const inspector = desk.page.getByRole('complementary', { name: 'Хто що може і чому' })
  await inspector.getByLabel('Хто').first().fill(nadia!.displayName)
  await desk.page.getByRole('option', { name: nadia!.displayName }).click()
  await inspector.getByLabel('Розділ').first().click()
  await desk.page.getByRole('option', { name: 'Звернення', exact: true }).click()
  await inspector.getByText('Може', { exact: true }).waitFor()
  const record = inspector.getByLabel('Запис', { exact: true })
  await record.fill('ЗВ-99999')
  await inspector.getByText('Не знайдено одного такого запису').waitFor()
  await inspector.getByText('Може', { exact: true }).waitFor({ state: 'detached' })
  await record.fill(number)
  await inspector.getByText('Не може', { exact: true }).waitFor()
  await inspector.getByText(/Філія: Львів/).waitFor()
  await inspector.getByText(/^Щоб відкрити: поділитися/).waitFor()
  await shot(desk, 'rights of a person on a request')
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
    await dialog.getByLabel('Розділ').first().click()
    await page.getByRole('option', { name: 'Контрагенти', exact: true }).click()
    await dialog.getByLabel('Обмеження').first().click()
    await page.getByRole('option', { name: kind, exact: true }).click()
    await dialog.getByLabel('Поля').first().fill(field)
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
    await inspector.getByLabel('Розділ').first().click()
    await page.getByRole('option', { name: 'Контрагенти', exact: true }).click()
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

scene('forms and lists of a limited group have no hidden field, and what is read only cannot be changed', async ({ open, api }) => {
  const group = (await structure(api)).group('sales-managers')
  const { nadia } = await employeesByName(api)
  const party = await api.post('counterparties', { kind: 'organisation', displayName: 'ТОВ «Обмежене»', taxCode: '21560766', note: 'тільки читати', responsibleId: nadia!.id })
  const limits = [{ section: 'counterparties', field: 'taxCode', limit: 'hide' }, { section: 'counterparties', field: 'note', limit: 'read-only' }]
  await api.post(`groups/${group}:setFieldLimits`, { limits })
  try {
    const desk = await open({ as: 'nadia' })
    const { page } = desk
    await desk.go(`/counterparties/${party.id}`)
    await page.getByText('тільки читати').first().waitFor()
    await page.getByRole('button', { name: 'Змінити: Профіль' }).click()
    expect(await page.getByLabel('Примітка').first().isDisabled()).toBe(true)
    await page.getByLabel('Джерело').first().fill('виставка')
    await page.getByLabel('Примітка').first().scrollIntoViewIfNeeded()
    await shot(desk, 'a read only field')
    await page.getByRole('button', { name: 'Зберегти' }).first().click()
    await page.getByText('виставка').first().waitFor()
    await desk.go('/counterparties?create=true')
    const form = page.getByRole('dialog')
    await form.getByLabel('Назва або ім’я').first().fill('ТОВ «Нове обмежене»')
    expect(await form.getByLabel('ЄДРПОУ').count()).toBe(0)
    expect(await form.getByLabel('Примітка').count()).toBe(0)
    await shot(desk, 'a form without limited fields')
    await form.getByRole('button', { name: 'Створити' }).click()
    await toast(page, 'Контрагента створено')
    expect((await desk.answers()).filter(({ text }) => text.includes('21560766')).map(({ url }) => url)).toEqual([])
  } finally {
    await api.post(`groups/${group}:setFieldLimits`, { limits: [] })
  }
})

// Seen failing with the notice not told in `on-shares.ts` (no line), and with its page left out of `pageOf` (no link).
scene('a record is shared with somebody of another branch from its card; they are told, and their notification opens it', async ({ open, api }) => {
  const { nadia, bohdan } = await employeesByName(api)
  const party = await api.post('counterparties', { kind: 'organisation', displayName: 'ТОВ «Спільне»', responsibleId: nadia!.id })
  const [owner, other] = [await open({ as: 'nadia' }), await open({ as: 'bohdan' })]
  await other.go(`/counterparties/${party.id}`)
  await other.page.getByText('Картки немає').waitFor()
  await owner.go(`/counterparties/${party.id}`)
  await owner.page.getByRole('button', { name: 'Відкрити доступ' }).click()
  const dialog = owner.page.getByRole('dialog')
  await dialog.getByText('Окремо нікому не відкрито.').waitFor()
  await dialog.getByLabel('Кому', { exact: true }).first().fill(bohdan!.displayName)
  await owner.page.getByRole('option', { name: bohdan!.displayName }).click()
  // Without «Додати»: the chosen one comes along.
  await shot(owner, 'share')
  await dialog.getByRole('button', { name: 'Зберегти' }).click()
  await toast(owner.page, 'Доступ змінено')
  const saved = Date.now()
  await toast(other.page, `ТОВ «Спільне» · ${nadia!.displayName}`)
  await until(() => other.page.evaluate(`fetch('/api/v1/counterparties/${party.id}').then(({ ok }) => ok)`), 'the shared record opens')
  expect(Date.now() - saved).toBeLessThan(PROMISED_MS)
  await other.go('/requests')
  await other.page.getByRole('button', { name: /сповіщен/i }).first().click()
  const notice = other.page.locator('.notice', { hasText: 'ТОВ «Спільне»' })
  await notice.getByText('Вам відкрили запис').waitFor()
  await notice.getByText(nadia!.displayName).waitFor()
  await shot(other, 'share told')
  await notice.getByRole('link', { name: 'ТОВ «Спільне»' }).click()
  await other.page.getByRole('heading', { name: 'ТОВ «Спільне»' }).waitFor()
  expect(new URL(other.page.url()).pathname).toBe(`/counterparties/${party.id}`)
  await other.page.getByText(`Вам відкрито лише перегляд. Доступ надає ${nadia!.displayName}.`).waitFor()
  for (const name of [/^Змінити: /, 'Відкрити доступ']) expect(await other.page.getByRole('button', { name }).count()).toBe(0)
  await shot(other, 'a card to be looked at')
  await owner.page.setViewportSize({ width: 360, height: 800 })
  await owner.page.getByRole('button', { name: 'Відкрити доступ' }).click()
  await dialog.getByText(bohdan!.displayName).first().waitFor()
  await shot(owner, 'share narrow')
})

// Seen failing with the buttons judged by the right alone.
scene('a request and an opportunity shared to be looked at offer nothing that is refused then, and say who shared them', async ({ open, api }) => {
  const { nadia, taras } = await employeesByName(api)
  const opportunity = await api.post('opportunities', { title: 'Спільна партія борошна', ownerId: nadia!.id })
  const request = await api.post('requests', { subject: 'Спільне звернення', channel: 'mail', ownerId: nadia!.id })
  const desk = await open({ as: 'taras' })
  const { page } = desk
  const shared = (action: string) => Promise.all([
    api.post(`opportunities/${opportunity.id}:setShares`, { shares: [{ holder: taras!.id, action }] }),
    api.post(`requests/${request.id}:setShares`, { shares: [{ holder: taras!.id, action }] }),
  ])
  await shared('view')
  await desk.go(`/requests?open=${request.id}`)
  await page.getByText('Вам відкрито лише перегляд.').waitFor()
  for (const name of ['Взяти собі', 'Передати', 'Створити угоду', 'Закрити', 'Відкрити доступ', /^Змінити/]) expect(await page.locator('.rd').getByRole('button', { name }).count()).toBe(0)
  await shot(desk, 'a request to be looked at')
  await page.setViewportSize({ width: 360, height: 800 })
  await shot(desk, 'a request to be looked at narrow')
  await page.setViewportSize({ width: 1440, height: 900 })
  await desk.go(`/opportunities?open=${opportunity.id}`)
  await page.getByText('Вам відкрито лише перегляд.').waitFor()
  for (const name of ['Перемістити', 'Виграно', 'Редагувати', 'Відкрити доступ']) expect(await page.locator('.od').getByRole('button', { name }).count()).toBe(0)
  await shot(desk, 'an opportunity to be looked at')
  await shared('change')
  await until(async () => {
    await desk.go(`/requests?open=${request.id}`)
    return page.locator('.rd').getByRole('button', { name: 'Взяти собі' }).isVisible({ timeout: 1_000 })
  }, 'who may change it takes it')
  expect(await page.locator('.rd').getByRole('button', { name: 'Відкрити доступ' }).count()).toBe(0)
})

async function employeesByName(api: Parameters<Parameters<typeof scene>[1]>[0]['api']): Promise<Record<string, { id: string; displayName: string }>> {
  const { employees } = await api.get('employees?pageSize=250')
  return Object.fromEntries(employees.map((one: { username: string; id: string; displayName: string }) => [one.username, one]))
}
