import { expect } from '@jest/globals'
import { makeParty, newPhone, newWord } from '../src/data.ts'
import { shot } from '../src/desk.ts'
import { settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

const LOOKS = [[1440, 'light'], [1440, 'dark'], [360, 'light'], [360, 'dark']] as const

scene('a person gets the file of their data, is erased after a look at what goes, and is known by nothing on the card', async ({ open, api }) => {
  const { word } = newWord()
  const phone = newPhone()
  // What they asked before anybody knew them is theirs by the number.
  const earlier = await api.post('requests', { channel: 'form', subject: `Питання ${word}`, senderName: word, phone: `+380${phone}` })
  const party = await makeParty(api, { name: `Особа ${word}`, phone })
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto(`/counterparties/${party['id']}`)

  await page.getByRole('button', { name: 'Персональні дані' }).click()
  await page.getByRole('menuitem', { name: 'Видати дані' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Підстава').fill('лист № 12')
  await dialog.getByRole('button', { name: 'Зібрати' }).click()
  const link = dialog.getByRole('link', { name: 'Завантажити файл' })
  await link.waitFor()
  await shot(desk, 'file ready')
  const loading = page.waitForEvent('download')
  await link.click()
  expect((await loading).suggestedFilename()).toBe('subject-file.zip')
  await dialog.getByRole('button', { name: 'Закрити' }).last().click()

  await page.getByRole('button', { name: 'Персональні дані' }).click()
  await page.getByRole('menuitem', { name: 'Знеособити' }).click()
  await dialog.getByLabel('Підстава').fill('лист № 13')
  await dialog.getByRole('button', { name: 'Показати, що станеться' }).click()
  await dialog.getByText('Картка контрагента').waitFor()
  await dialog.locator('tr', { hasText: 'Звернення' }).filter({ hasText: '1' }).first().waitFor()
  // What is open is named, so that it is closed first. Seen failing: only counted.
  await dialog.getByText('Закрийте їх спершу').waitFor()
  expect(await dialog.getByRole('link', { name: `${earlier['number']} Питання ${word}` }).getAttribute('href')).toBe(`/requests?open=${earlier['id']}`)
  const now = dialog.getByRole('button', { name: 'Знеособити', exact: true })
  expect(await now.isDisabled()).toBe(true)
  for (const [width, colorScheme] of LOOKS) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `preview ${width} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await dialog.getByLabel('Так, стерти назавжди').check()
  await now.click()
  await dialog.getByText('стерто', { exact: true }).waitFor()
  expect(await dialog.innerText()).toMatch(/збережені дані стерто[^]*знеособлено/)
  expect(await dialog.innerText()).not.toMatch(/буде (стерто|знеособлено|вилучено)/)
  expect(await api.get(`requests/${earlier['id']}`)).toMatchObject({ subject: '', senderName: '', phone: '' })
  await shot(desk, 'erased')
  await dialog.getByRole('button', { name: 'Закрити' }).last().click()
  await page.getByRole('heading', { name: 'Знеособлено' }).waitFor()
  expect(await page.locator('main').innerText()).not.toContain(word)

  // A look at what would go is no erasure in the audit log either.
  const rows = page.locator('tbody tr[aria-rowindex]')
  await until(async () => {
    await page.goto('/audit?section=privacy')
    await rows.first().waitFor()
    const told = await rows.allInnerTexts()
    expect(told.filter((words) => words.includes('Вилучено'))).toEqual([])
    return ['Замовлено файл персональних даних', 'Переглянуто наслідки знеособлення', 'Знеособлено дані особи'].every((deed) => told.some((words) => words.includes(deed)))
  }, 'the audit log', 30_000)
  await shot(desk, 'erasure in the audit log')

  await page.goto('/subject-requests')
  await page.getByText('Знеособлення').first().waitFor()
  // Why they were erased can be shown years later; the file is gone.
  await page.getByRole('row').filter({ hasText: 'лист № 13' }).filter({ hasText: 'стерто' }).first().waitFor()
  expect(await page.getByRole('row').filter({ hasText: 'лист № 12' }).count()).toBe(0)
  for (const [width, colorScheme] of LOOKS) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `journal ${width} ${colorScheme}`)
  }
}, { timeoutMs: 150_000 })

scene('a hold keeps a person from being erased until it is ended', async ({ open, api }) => {
  const { word } = newWord()
  const party = await makeParty(api, { name: `ТОВ «${word}»`, phone: newPhone() })
  const desk = await open({ as: 'admin' })
  const { page } = desk
  const choose = async (item: string) => {
    await page.getByRole('button', { name: 'Персональні дані' }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await page.goto(`/counterparties/${party['id']}`)
  await choose('Заборонити знеособлення')
  const dialog = page.getByRole('dialog')
  expect(await dialog.innerText()).toContain(`ТОВ «${word}»: поки діє`)
  await dialog.getByLabel('Причина').fill('позов № 7 від 01.11.2026')
  // Seen failing: «Виправте позначені поля», and none was marked.
  await dialog.getByLabel('Діє до').fill('01.11.2020')
  await dialog.getByRole('button', { name: 'Заборонити' }).click()
  await dialog.locator('.mantine-InputWrapper-error, [class*="InputWrapper-error"]').waitFor()
  await dialog.getByLabel('Діє до').fill('31.12.2099')
  await settled(page)
  await shot(desk, 'hold form')
  await dialog.getByRole('button', { name: 'Заборонити' }).click()
  await page.getByText('Знеособлення заборонено', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Заборона знеособлення' }).waitFor()
  await shot(desk, 'held card')
  await choose('Заборонити знеособлення')
  await dialog.getByText('Заборона вже діє: позов № 7 від 01.11.2026 · до 31.12.2099').waitFor()
  await dialog.getByRole('button', { name: 'Скасувати' }).click()

  await choose('Знеособити')
  await dialog.getByLabel('Підстава').fill('лист № 13')
  await dialog.getByRole('button', { name: 'Показати, що станеться' }).click()
  await dialog.getByText('Знеособити не можна, діє заборона: позов № 7 від 01.11.2026 · до 31.12.2099').waitFor()
  await dialog.getByText('Картка контрагента').waitFor()
  expect(await dialog.getByLabel('Так, стерти назавжди').count()).toBe(0)
  expect(await dialog.getByRole('button', { name: 'Знеособити', exact: true }).isDisabled()).toBe(true)
  await shot(desk, 'held preview')
  await dialog.getByRole('button', { name: 'Закрити' }).last().click()

  await page.goto('/legal-holds')
  await page.getByText(`ТОВ «${word}»`).waitFor()
  // The last day is the one that was entered. Seen failing: the day after.
  await page.getByText('до 31.12.2099').waitFor()
  for (const [width, colorScheme] of LOOKS) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `holds ${width} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  const row = page.getByRole('row').filter({ hasText: word })
  await row.getByRole('button', { name: 'Зняти' }).click()
  await dialog.getByText('позов № 7 від 01.11.2026').waitFor()
  await settled(page)
  await shot(desk, 'end of a hold')
  await dialog.getByRole('button', { name: 'Скасувати' }).click()
  await row.getByRole('button', { name: 'Зняти' }).click()
  await dialog.getByRole('button', { name: 'Зняти заборону' }).click()
  await page.getByText('Заборону знято', { exact: true }).waitFor()
  await row.waitFor({ state: 'detached' })

  const person = await api.post('contact-persons', { displayName: `Свідок ${word}`, positions: [{ counterpartyId: party['id'] }] })
  await api.post('legal-holds', { contactPersonId: person['id'], reason: 'запит суду' })
  await page.goto('/legal-holds')
  await page.getByRole('link', { name: `Свідок ${word}` }).click()
  await page.waitForURL(`**/contact-persons?open=${person['id']}`)
  await page.getByRole('dialog').getByRole('button', { name: 'Персональні дані' }).waitFor()
}, { timeoutMs: 120_000 })

scene('a contact person is shown what an erasure does from their form, with the records of others to look at; rules of each area have their least time', async ({ open, api }) => {
  const { word } = newWord()
  const firm = await makeParty(api, { name: `Фірма ${word}`, phone: newPhone() })
  const other = await makeParty(api, { name: `Інша ${word}`, phone: newPhone() })
  const person = await api.post('contact-persons', { displayName: `Людина ${word}`, positions: [{ counterpartyId: firm['id'], title: 'бухгалтер' }] })
  await api.post(`counterparties/${other['id']}/notes`, { text: `Радила https://crm.example/contact-persons?open=${person['id']}` })
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto(`/contact-persons?open=${person['id']}`)
  await page.getByRole('dialog').getByRole('button', { name: 'Персональні дані' }).click()
  await page.getByRole('menuitem', { name: 'Знеособити' }).click()
  const dialog = page.getByRole('dialog', { name: 'Знеособлення' })
  await dialog.getByLabel('Підстава').fill('лист № 13')
  await dialog.getByRole('button', { name: 'Показати, що станеться' }).click()
  await dialog.getByText('Нотатки про інших із посиланням на особу').waitFor()
  await dialog.getByText('Ім’я, написане без посилання, не шукаємо').waitFor()
  expect(await dialog.getByRole('link', { name: `Інша ${word}` }).getAttribute('href')).toBe(`/counterparties/${other['id']}`)
  for (const [width, colorScheme] of LOOKS) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `person ${width} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.goto('/retention-rules')
  await page.getByRole('navigation', { name: 'Строки зберігання' }).getByRole('button', { name: 'Угоди' }).click()
  await page.getByRole('button', { name: 'Створити' }).first().click()
  const form = page.getByRole('dialog')
  await form.getByText('Не менше 36 міс.').waitFor()
  await form.getByLabel('Назва').fill(`Правило ${word}`)
  await form.getByRole('button', { name: 'Створити' }).click()
  await page.getByRole('button', { name: `Правило ${word}` }).click()
  await form.getByText('Правило торкнеться зараз').waitFor()
  // It tells of the form, not of what is stored, and nothing is switched on before that is seen.
  const asked = page.waitForRequest((request) => request.url().includes(':preview') && request.url().includes('ageMonths=48'))
  await form.getByLabel('Скільки місяців').or(form.locator('input[inputmode=numeric]')).first().fill('48')
  await asked
  await form.getByText('Правило торкнеться зараз').waitFor()
  for (const [width, colorScheme] of LOOKS) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `rule ${width} ${colorScheme}`)
  }
}, { timeoutMs: 150_000 })

scene('an erasure whose phone became somebody else’s too is previewed again, and leaves what may be theirs', async ({ open, api }) => {
  const { word } = newWord()
  const phone = newPhone()
  const earlier = await api.post('requests', { channel: 'form', subject: `Питання ${word}`, phone: `+380${phone}` })
  const party = await makeParty(api, { name: `Особа ${word}`, phone })
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto(`/counterparties/${party['id']}`)
  await page.getByRole('button', { name: 'Персональні дані' }).click()
  await page.getByRole('menuitem', { name: 'Знеособити' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Підстава').fill('лист № 14')
  await dialog.getByRole('button', { name: 'Показати, що станеться' }).click()
  await dialog.getByRole('link', { name: `${earlier['number']} Питання ${word}` }).waitFor()
  await makeParty(api, { name: `Родич ${word}`, phone })
  await dialog.getByLabel('Так, стерти назавжди').check()
  await dialog.getByRole('button', { name: 'Знеособити', exact: true }).click()
  await dialog.getByText('тепер не лише цієї особи').waitFor()
  for (const [width, colorScheme] of LOOKS) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `outdated ${width} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await dialog.getByRole('button', { name: 'Показати ще раз' }).click()
  await dialog.getByText('Картка контрагента').waitFor()
  await dialog.getByRole('link', { name: `${earlier['number']} Питання ${word}` }).waitFor({ state: 'detached' })
  expect(await dialog.getByLabel('Так, стерти назавжди').isChecked()).toBe(false)
  await dialog.getByLabel('Так, стерти назавжди').check()
  await dialog.getByRole('button', { name: 'Знеособити', exact: true }).click()
  await dialog.getByText('стерто', { exact: true }).waitFor()
  expect(await api.get(`requests/${earlier['id']}`)).toMatchObject({ subject: `Питання ${word}`, phone: `+380${phone}` })
}, { timeoutMs: 120_000 })
