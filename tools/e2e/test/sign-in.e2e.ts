import { expect } from '@jest/globals'
import { fillSignIn, shot } from '../src/desk.ts'
import { env, passwordOf } from '../src/env.ts'
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
