// What a person at a form relies on: Esc, Ctrl+S, days and numbers as they are typed.
import { expect } from '@jest/globals'
import { makeParty, newPhone, newWord } from '../src/data.ts'
import { shot, toast } from '../src/desk.ts'
import { look } from '../src/look.ts'
import { scene } from '../src/scene.ts'

const dayAgo = (days: number): string => {
  const day = new Date(Date.now() - days * 86_400_000)
  return `${String(day.getDate()).padStart(2, '0')}.${String(day.getMonth() + 1).padStart(2, '0')}.${day.getFullYear()}`
}

scene('Esc closes what is topmost and no more: the calendar, then the dialog; a list of choices, then the dialog', async ({ open }) => {
  const { page } = await open({ as: 'iryna' })
  await page.goto('/requests?create=true')
  const dialog = page.getByRole('dialog', { name: 'Зареєструвати звернення' })
  await dialog.waitFor()
  await dialog.getByRole('button', { name: 'Вибрати день' }).first().click()
  const calendar = page.getByRole('dialog', { name: 'Коли надійшло' })
  await calendar.waitFor()
  await page.keyboard.press('Escape')
  await calendar.waitFor({ state: 'hidden' })
  expect(await dialog.isVisible()).toBe(true)
  await dialog.getByLabel('Канал').click()
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('option').first().waitFor({ state: 'hidden' })
  expect(await dialog.isVisible()).toBe(true)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

scene('Enter in a field whose list is open is for the list: it takes the first client and never sends the form', async ({ open, api }) => {
  const { word } = newWord()
  const { id } = await makeParty(api, { name: word })
  const { page } = await open({ as: 'iryna' })
  const sent: string[] = []
  page.on('request', (request) => request.method() === 'POST' && request.url().endsWith('/requests') && sent.push(request.url()))
  await page.goto('/requests?create=true')
  const dialog = page.getByRole('dialog', { name: 'Зареєструвати звернення' })
  await dialog.getByLabel('Тема').fill(word)
  const party = dialog.getByRole('combobox', { name: 'Контрагент' })
  // The answer is still on its way: Enter takes nothing, and sends nothing.
  let answer = () => {}
  const held = new Promise<void>((done) => (answer = done))
  await page.route('**/counterparties:search?*', async (route) => {
    await held
    await route.continue()
  })
  await party.pressSequentially(word)
  await party.press('Enter')
  expect(await dialog.isVisible()).toBe(true)
  answer()
  await page.locator('[role=option][data-combobox-selected]', { hasText: word }).waitFor()
  await party.press('Enter')
  await page.getByRole('option').first().waitFor({ state: 'hidden' })
  expect(await party.inputValue()).toBe(word)
  // A second look at the list and Enter leave the client where it is.
  await party.press('ArrowDown')
  await page.getByRole('option', { name: word }).waitFor()
  await party.press('Enter')
  expect(await party.inputValue()).toBe(word)
  const owner = dialog.getByRole('combobox', { name: 'Відповідальний' })
  await owner.pressSequentially('Над')
  await page.locator('[role=option][data-combobox-selected]').waitFor()
  await owner.press('Enter')
  expect(await owner.inputValue()).toContain('Над')
  expect(sent).toEqual([])
  await page.keyboard.press('Control+s')
  await toast(page, 'Звернення зареєстровано')
  const { requests } = await api.get(`requests?filter=${encodeURIComponent(`subject="${word}"`)}`)
  expect(requests).toMatchObject([{ counterpartyId: id }])
})

scene('a form with something in it is not thrown away by Esc, a click beside it or its cross without a question; an untouched one goes at once', async ({ open }) => {
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  await page.goto('/requests?create=true')
  const dialog = page.getByRole('dialog', { name: 'Зареєструвати звернення' })
  const subject = dialog.getByLabel('Тема')
  await subject.fill('Не привезли муку')
  const question = page.getByRole('dialog', { name: 'Відкинути введене?' })
  const leave = [() => page.keyboard.press('Escape'), () => page.mouse.click(5, 450), () => dialog.getByRole('button', { name: 'Закрити' }).click()]
  for (const one of leave) {
    await one()
    await question.waitFor()
    await shot(desk, 'a form that is left')
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    expect(await subject.inputValue()).toBe('Не привезли муку')
  }
  // What was typed before a sign-in on the way is asked about as well.
  await page.reload()
  await subject.waitFor()
  expect(await subject.inputValue()).toBe('Не привезли муку')
  await page.keyboard.press('Escape')
  await question.getByRole('button', { name: 'Відкинути' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.goto('/requests?create=true')
  await dialog.waitFor()
  expect(await subject.inputValue()).toBe('')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

scene('a request that came earlier: Ctrl+S takes the day that is being typed, and stops at one that nobody understands', async ({ open, api }) => {
  const { word } = newWord()
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  await page.goto('/requests?create=true')
  const dialog = page.getByRole('dialog', { name: 'Зареєструвати звернення' })
  await dialog.getByLabel('Тема').fill(word)
  const day = dialog.getByRole('textbox', { name: 'Коли надійшло' })
  await day.fill('колись')
  await page.keyboard.press('Control+s')
  await dialog.getByText('Напишіть день так').waitFor()
  await shot(desk, 'a day that nobody understands')
  expect(await dialog.isVisible()).toBe(true)
  await day.fill(dayAgo(3))
  // The time is written as the product writes it, whatever the browser speaks.
  const clock = dialog.getByRole('textbox', { name: 'Час' })
  expect(await clock.getAttribute('placeholder')).toBe('гг:хх')
  await clock.fill('25')
  await page.keyboard.press('Control+s')
  await dialog.getByText('Напишіть час так: 14:30').waitFor()
  await clock.fill('930')
  // A telephonist enters calls first of all; whoever serves another channel finds it there the next time.
  const channel = dialog.getByRole('combobox', { name: 'Канал' })
  expect(await channel.inputValue()).toBe('дзвінок')
  await channel.click()
  await page.getByRole('option', { name: 'месенджер' }).click()
  await page.keyboard.press('Control+s')
  await toast(page, 'Звернення зареєстровано')
  const { requests } = await api.get(`requests?filter=${encodeURIComponent(`subject="${word}"`)}`)
  expect(requests).toHaveLength(1)
  expect(Date.now() - Date.parse(requests[0].receiveTime)).toBeGreaterThan(2 * 86_400_000)
  expect(new Date(requests[0].receiveTime).toLocaleTimeString('uk-UA', { timeZone: 'Europe/Kyiv' })).toBe('09:30:00')
  await page.goto('/requests?create=true')
  expect(await channel.inputValue()).toBe('месенджер')
})

scene('a click on the button right after a day was typed saves it the first time', async ({ open, api }) => {
  const { id } = await makeParty(api, { name: newWord().word, more: { kind: 'person' } })
  const { page } = await open({ as: 'nadia' })
  await page.goto(`/counterparties/${id}`)
  await page.getByRole('button', { name: 'Змінити: Профіль' }).click()
  const birthday = page.getByRole('textbox', { name: 'Дата народження' })
  await birthday.fill('')
  await birthday.pressSequentially('4.3.1980')
  await page.locator('.facts-edit').getByRole('button', { name: 'Зберегти' }).click()
  await toast(page, 'Зміни збережено')
  expect(await api.get(`counterparties/${id}`)).toMatchObject({ birthday: '1980-03-04' })
})

scene('a card speaks in words: a language by its name, a site as a link of the web alone; an organisation has no birthday', async ({ open, api }) => {
  const site = (value: string) => ({ kind: 'site', value, label: '', primary: false })
  const { id } = await makeParty(api, {
    name: `ТОВ «${newWord().word}»`,
    more: { language: 'pl', channels: [site('vitrylo.example'), site('https://vitrylo.example/pro')], addresses: [{ kind: 'legal', country: 'UA', postcode: '', region: '', city: '', street: ' ' }] },
  })
  const desk = await open({ as: 'nadia' })
  const { page } = desk
  await page.goto(`/counterparties/${id}`)
  await page.getByText('польська').waitFor()
  const links = page.locator('.facts a[target=_blank], a.link[target=_blank]')
  expect(await links.evaluateAll((all) => all.map((one) => [one.getAttribute('href'), one.getAttribute('rel')]))).toEqual([
    ['https://vitrylo.example/', 'noopener noreferrer'], ['https://vitrylo.example/pro', 'noopener noreferrer'],
  ])
  expect(await page.locator('#main').innerText()).not.toMatch(/UA,/)
  await page.getByRole('button', { name: 'Змінити: Профіль' }).click()
  await page.getByLabel('Галузь').waitFor()
  expect(await page.getByText('Дата народження').count()).toBe(0)
  const size = page.getByLabel('Працівників')
  await size.pressSequentially('-5')
  await page.getByText('Мінус тут не підходить').waitFor({ state: 'detached' })
  expect(await size.inputValue()).toBe('5')
  await size.press('-')
  await page.getByText('Мінус тут не підходить: від 0').waitFor()
  await shot(desk, 'a minus that does not fit')
  await size.fill('900000000')
  await page.keyboard.press('Control+S')
  await page.getByText('Має бути від 0 до 100').waitFor()
  expect(await size.inputValue()).toBe('900000000')
  await shot(desk, 'a number beyond the limits')
  expect(await api.get(`counterparties/${id}`)).toMatchObject({ size: 0 })
  await size.fill('90')
  await page.keyboard.press('Control+S')
  await toast(page, 'Зміни збережено')
  expect(await api.get(`counterparties/${id}`)).toMatchObject({ size: 90 })
  const trader = await makeParty(api, { name: `ФОП ${newWord().word} Олег` })
  await page.goto(`/counterparties/${trader['id']}`)
  await page.locator('.rec-kind', { hasText: 'Підприємець · клієнт' }).waitFor()
})

scene('what the API refuses is told with the limit, in words', async ({ open }) => {
  const { page } = await open({ as: 'iryna' })
  await page.goto('/requests?create=true')
  const dialog = page.getByRole('dialog', { name: 'Зареєструвати звернення' })
  await dialog.getByLabel('Тема').fill('а'.repeat(301))
  await dialog.getByLabel('Телефон').fill('1'.repeat(41))
  await page.keyboard.press('Control+s')
  await dialog.getByText('Символів не більш як 300').waitFor()
  await dialog.getByText('Символів не більш як 40').waitFor()
})

// Seen failing: both were taken, and the card offered to call and to write there.
scene('a phone and a mail that reach nobody are told at their fields, in every form; a record that has them can be worked with', async ({ open, api }) => {
  const { word } = newWord()
  const desk = await open({ as: 'nadia' })
  const { page } = desk
  const [phone, mail] = [/Замало цифр/, /з крапкою після @/]
  await page.goto('/requests?create=true')
  const request = page.getByRole('dialog', { name: 'Зареєструвати звернення' })
  await request.getByLabel('Тема').fill(word)
  await request.getByLabel('Телефон').fill('098 12')
  await page.keyboard.press('Control+s')
  await request.getByText(phone).waitFor()
  const faults = await look(desk, 'a request with a phone of nobody')

  await page.goto('/counterparties?create=true')
  const party = page.getByRole('dialog', { name: 'Створити контрагента' })
  await party.getByLabel('Назва або ім’я').fill(`ТОВ «${word}»`)
  await party.getByLabel('Телефон').first().fill('098 12')
  await party.getByLabel('Пошта').fill('olena@x')
  await page.keyboard.press('Control+s')
  await party.locator('.mantine-TextInput-root', { hasText: 'Телефон' }).getByText(phone).waitFor()
  await party.locator('.mantine-TextInput-root', { hasText: 'Пошта' }).getByText(mail).waitFor()
  faults.push(...(await look(desk, 'a client whom nobody reaches')))

  const { id } = await makeParty(api, { name: `ПП «${word}»`, phone: newPhone() })
  await page.goto(`/counterparties/${id}`)
  await page.getByRole('button', { name: 'Змінити: Зв’язок' }).click()
  const editor = page.locator('.facts-edit')
  await editor.getByRole('button', { name: 'Додати' }).last().click()
  const lines = editor.locator('.channel-edit')
  await lines.nth(1).getByLabel('Номер або адреса').fill('12')
  await editor.getByRole('button', { name: 'Зберегти' }).click()
  await lines.nth(1).getByText(phone).waitFor()
  expect(await lines.nth(0).getByText(phone).count()).toBe(0)
  faults.push(...(await look(desk, 'channels of a card with a phone of nobody')))
  expect(faults).toEqual([])
})

scene('a contact person: the organisation is marked as required and chosen with Enter, the field keeps the caret; the choice of consent is readable', async ({ open, api }) => {
  const { word } = newWord()
  const { id } = await makeParty(api, { name: `ТОВ «${word}»` })
  const desk = await open({ as: 'nadia' })
  const { page } = desk
  await page.goto('/contact-persons?create=true')
  const dialog = page.getByRole('dialog', { name: 'Додати контактну особу' })
  await dialog.getByLabel('Ім’я').fill(`Олена ${word}`)
  const organisation = dialog.getByRole('combobox', { name: 'Основна організація' })
  expect(await organisation.getAttribute('required')).not.toBeNull()
  const consent = dialog.getByRole('combobox', { name: 'Згода' }).first()
  expect(await consent.evaluate((field) => field.scrollWidth - field.clientWidth)).toBe(0)
  await shot(desk, 'a contact person')
  await organisation.pressSequentially(word)
  await page.locator('[role=option][data-combobox-selected]', { hasText: word }).waitFor()
  await organisation.press('Enter')
  await page.getByRole('option').first().waitFor({ state: 'hidden' })
  await organisation.and(page.locator(':focus')).waitFor()
  expect(await organisation.inputValue()).toBe(`ТОВ «${word}»`)
  await page.keyboard.press('Control+s')
  await toast(page, 'Контактну особу збережено')
  const { contactPersons } = await api.get(`contact-persons?filter=${encodeURIComponent(`counterpartyId="${id}"`)}`)
  expect(contactPersons).toHaveLength(1)
})

scene('who comes for the first time sees the sign-in page and no error in the console', async ({ open }) => {
  const { page } = await open()
  const said: string[] = []
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()))
  await page.goto('/counterparties?view=vip')
  await page.locator('input[name=login]').waitFor()
  expect(said).toEqual([])
})
