import { expect } from '@jest/globals'
import { fillSignIn, shot } from '../src/desk.ts'
import { env, passwordOf } from '../src/env.ts'
import { look } from '../src/look.ts'
import { axeFindings, overflow } from '../src/looks.ts'
import { until } from '../src/until.ts'
import { scene } from '../src/scene.ts'

const cookieHeader = (cookies: { name: string; value: string }[]): string => cookies.map(({ name, value }) => `${name}=${value}`).join('; ')

const me = async (cookie: string): Promise<number> => (await fetch(`${env.url}/api/v1/me`, { headers: { cookie } })).status

scene('the telephonist of a branch signs in and sees the clients of that branch', async ({ open }) => {
  const { page } = await open({ as: 'iryna' })
  await page.locator('.side .br', { hasText: 'Київ' }).waitFor()
  await page.locator('tbody tr[aria-rowindex]').first().waitFor()
  const branches = new Set(await page.locator('tbody tr[aria-rowindex] td:nth-child(6)').allInnerTexts())
  expect([...branches]).toEqual(['Київ'])
})

scene('a wrong password is answered in words, and the way in stays shut', async ({ open }) => {
  const { page, context } = await open()
  await page.goto('/')
  await fillSignIn(page, 'halyna', 'не той пароль')
  const words = await page.getByRole('alert').innerText()
  expect(words).toContain('Логін або пароль не підходить')
  expect(await page.locator('input[name=login]').inputValue()).toBe('halyna')
  expect(await page.locator('input[name=password]').inputValue()).toBe('')
  expect(await me(cookieHeader(await context.cookies()))).toBe(401)
})

scene('signing in changes the session, and signing out ends it even for a copied cookie', async ({ open }) => {
  const { page, context } = await open()
  await page.goto('/')
  const stranger = cookieHeader(await context.cookies())
  await fillSignIn(page, 'svitlana', passwordOf('svitlana'))
  await page.locator('#main').waitFor()
  const copied = cookieHeader(await context.cookies())
  expect(copied).not.toBe(stranger)
  expect(await me(stranger)).toBe(401)
  expect(await me(copied)).toBe(200)
  await page.locator('.user-btn').click()
  await page.getByRole('menuitem', { name: 'Вийти' }).click()
  await page.locator('input[name=login]').waitFor()
  expect(await me(copied)).toBe(401)
  await page.goto('/counterparties')
  await page.locator('input[name=login]').waitFor()
})

scene('a refused password stands in the journal, with whose account it was and nobody who did it', async ({ open, api }) => {
  const stranger = await open()
  await stranger.page.goto('/')
  await fillSignIn(stranger.page, 'mykola', 'добираю навмання')
  await stranger.page.getByRole('alert').waitFor()
  await until(async () => (await api.get('sign-ins?filter=reason%3D"WRONG_PASSWORD" AND username%3D"mykola"'))['signIns'].length > 0, 'the journal knows of it')
  const admin = await open({ as: 'admin' })
  await admin.page.goto('/sessions?view=journal&event=refused&reason=WRONG_PASSWORD')
  const row = admin.page.locator('tbody tr[aria-rowindex]', { hasText: 'Паламар' })
  await row.first().waitFor()
  expect(await row.first().innerText()).toMatch(/обліковий запис:[\s\S]*хибний пароль/)
  await shot(admin, 'journal of refused sign-ins')
})

scene('somebody takes another password from the menu: a wrong wish is told at its field, other devices are signed out, the journal knows', async ({ open, api }) => {
  const next = 'сім лелек над старим млином'
  const [here, elsewhere] = [await open({ as: 'oksana' }), await open({ as: 'oksana' })]
  const { page } = here
  await page.goto('/counterparties')
  await page.locator('.user-btn').click()
  await page.getByRole('menuitem', { name: 'Змінити пароль' }).click()
  await page.getByRole('heading', { name: 'Змініть свій пароль' }).waitFor()
  const fill = async (present: string, wish: string, again = wish) => {
    await page.locator('input[name=present]').fill(present)
    await page.locator('input[name=next]').fill(wish)
    await page.locator('input[name=again]').fill(again)
    await page.keyboard.press('Enter')
  }
  const findings: string[] = []
  const shown = async (name: string) => {
    for (const [width, height, colorScheme] of [[1440, 900, 'light'], [768, 1024, 'light'], [360, 740, 'dark']] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await shot(here, `${name} ${width} ${colorScheme}`)
      findings.push(...(await axeFindings(page, colorScheme)), ...((await overflow(page)) > 0 ? [`${name} scrolls sideways at ${width}`] : []))
    }
  }
  await shown('change password')
  await fill(passwordOf('oksana'), 'Оксана 2026 Оксана 2026')
  await page.getByRole('alert').filter({ hasText: 'легко вгадати' }).waitFor()
  await shown('change password refused')
  await fill('не той пароль', next)
  await page.getByRole('alert').filter({ hasText: 'Теперішній пароль не підходить' }).waitFor()
  await fill(passwordOf('oksana'), next)
  await page.getByRole('heading', { name: 'Пароль змінено' }).waitFor()
  await page.getByText('Інші ваші сеанси завершено: 1.').waitFor()
  await shown('password changed')
  await page.getByRole('link', { name: 'Повернутися до роботи' }).click()
  await page.waitForURL('**/counterparties')
  await page.locator('#main').waitFor()
  const cookies = cookieHeader(await elsewhere.context.cookies())
  await until(async () => (await me(cookies)) === 401, 'the other device is signed out')
  await until(async () => (await api.get('sign-ins?filter=kind%3D"password-changed" AND username%3D"oksana"'))['signIns'].length === 1, 'the journal knows of it')

  const anew = await open()
  await anew.page.goto('/')
  await fillSignIn(anew.page, 'oksana', passwordOf('oksana'))
  await anew.page.getByRole('alert').waitFor()
  await fillSignIn(anew.page, 'oksana', next)
  await anew.page.locator('#main').waitFor()
  expect(findings).toEqual([])
  expect(here.troubles).toEqual([])
})

scene('an administrator gives a newcomer a link; by it they set a password once and are in', async ({ open, api }) => {
  const next = 'дев’ять тихих ковалів співають'
  const desk = await open({ as: 'admin' })
  const office = desk.page
  const dialog = office.getByRole('dialog', { name: 'Запросити: Новенька Неля' })
  await office.goto('/employees?create=true')
  const form = office.getByRole('dialog', { name: 'Додати працівника' })
  await form.getByRole('textbox', { name: 'Ім’я' }).fill('Новенька Неля')
  await form.getByLabel('Філія').first().click()
  await office.getByRole('option').first().click()
  await form.getByLabel('Логін').fill('nelia')
  await form.locator('.mantine-MultiSelect-input').click()
  await office.getByRole('option', { name: 'Оператори кол-центру' }).click()
  await office.keyboard.press('Escape')
  await form.getByRole('button', { name: 'Створити' }).click()
  // Seen failing: the dialog closed, and nobody said that there is no way in yet.
  await dialog.getByText('Пошти у працівника немає').waitFor()
  const findings = await look(desk, 'next step after a new employee')
  await dialog.getByRole('button', { name: 'Пізніше' }).click()
  const row = office.locator('tr, .card-row, li').filter({ hasText: 'Новенька Неля' }).first()
  await row.getByText('ще не входив').waitFor()
  findings.push(...(await look(desk, 'an employee who never signed in')))

  await row.getByRole('link', { name: 'Новенька Неля' }).click()
  const facts = office.getByRole('dialog', { name: 'Новенька Неля' })
  const invite = facts.getByRole('button', { name: 'Запросити' })
  await facts.getByLabel('Логін').fill('')
  await facts.getByText('Запросити поки не можна: немає логіна').waitFor()
  expect(await invite.isDisabled()).toBe(true)
  findings.push(...(await look(desk, 'nobody is invited without a user name')))
  await facts.getByLabel('Логін').fill('nelia')
  await facts.getByLabel('Пошта').fill('nelia@x')
  await invite.click()
  const question = office.getByRole('dialog', { name: 'Зберегти зміни?' })
  await question.waitFor()
  await shot(desk, 'changes are saved before the invitation')
  await question.getByRole('button', { name: 'Зберегти й продовжити' }).click()
  // What cannot be saved keeps the form, with its reason.
  await facts.getByText(/з крапкою після @/).waitFor()
  await facts.getByLabel('Пошта').fill('nelia@vitrylo.example')
  await invite.click()
  // Seen failing: the link was made for the mail of before the change.
  await question.getByRole('button', { name: 'Зберегти й продовжити' }).click()
  await dialog.getByText('nelia@vitrylo.example').waitFor()
  const person = ((await api.get(`employees?filter=${encodeURIComponent('username="nelia"')}`))['employees'] as { id: string; email: string; signedIn: boolean }[])[0]!
  expect(person).toMatchObject({ email: 'nelia@vitrylo.example', signedIn: false })
  await dialog.getByRole('button', { name: 'Створити посилання' }).click()
  await dialog.getByText('Посилання видно лише зараз').waitFor()
  const link = await dialog.locator('.told-once code').innerText()
  expect(link).toMatch(new RegExp(`^${env.url}/realms/vitrylo/invitation/[\\w-]{43}$`))
  await dialog.getByText('Листа не надіслано: пошту не налаштовано').waitFor()
  findings.push(...(await look(desk, 'invitation made')))

  const newcomer = await open()
  const { page } = newcomer
  const shown = async (name: string) => {
    for (const [width, height, colorScheme] of [[1440, 900, 'light'], [768, 1024, 'light'], [360, 740, 'dark']] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      await shot(newcomer, `${name} ${width} ${colorScheme}`)
      findings.push(...(await axeFindings(page, colorScheme)), ...((await overflow(page)) > 0 ? [`${name} scrolls sideways at ${width}`] : []))
    }
  }
  const heading = page.getByRole('heading', { name: 'Задайте свій пароль' })
  // The issuer hears of the link a moment after it was made.
  await until(async () => (await page.goto(link)) !== null && (await heading.isVisible()), 'the link works')
  expect(page.url()).toBe(`${env.url}/realms/vitrylo/invitation`)
  await shown('invitation')
  const fill = async (wish: string, again = wish) => {
    await page.locator('input[name=next]').fill(wish)
    await page.locator('input[name=again]').fill(again)
    await page.keyboard.press('Enter')
  }
  await fill('Неля Неля Неля 2026')
  await page.getByRole('alert').filter({ hasText: 'легко вгадати' }).waitFor()
  await shown('invitation refused')
  await page.setViewportSize({ width: 1440, height: 900 })
  await fill(next)
  await page.locator('#main').waitFor()
  expect(await page.locator('.user-btn').getAttribute('aria-label')).toContain('Новенька Неля')
  await until(async () => (await api.get('sign-ins?filter=kind%3D"password-changed" AND username%3D"nelia"'))['signIns'].length === 1, 'the journal knows of it')
  await until(async () => ((await api.get(`audit-entries?filter=${encodeURIComponent(`recordId="${person.id}"`)}`))['auditEntries'] as { method: string }[]).some(({ method }) => method.endsWith('InviteEmployee')), 'the audit log knows who invited')

  await until(async () => (await api.get(`employees/${person.id}`))['signedIn'] === true, 'it is known that they have signed in')

  const late = await open()
  await late.page.goto(link)
  await late.page.getByRole('heading', { name: 'Посилання вже не діє' }).waitFor()
  await shot(late, 'invitation gone')
  findings.push(...(await axeFindings(late.page, 'light')))
  await late.page.getByRole('link', { name: 'Увійти' }).click()
  await fillSignIn(late.page, 'nelia', next)
  await late.page.locator('#main').waitFor()
  expect(findings).toEqual([])
  expect([...desk.troubles, ...newcomer.troubles]).toEqual([])
}, { timeoutMs: 120_000 })
