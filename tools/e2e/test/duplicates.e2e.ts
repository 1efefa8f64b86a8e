import { expect } from '@jest/globals'
import { makeParty, newPhone, newWord } from '../src/data.ts'
import { shot, toast } from '../src/desk.ts'
import { scene } from '../src/scene.ts'

scene('a duplicate is named while it is typed, found in the base, merged field by field, and the merge is taken back from the card', async ({ open, api }) => {
  const [{ word, latin }, phone] = [newWord(), newPhone()]
  const first = await makeParty(api, { name: `ТОВ «${word} плюс»`, phone, more: { industry: 'пекарня', birthday: '2019-05-20' } })
  const second = await makeParty(api, { name: `LLC ${latin} plius`, phone, more: { segment: 'середні', birthday: '2019-05-20' } })
  const desk = await open({ as: 'admin' })
  const { page } = desk

  await page.goto('/counterparties?create=true')
  const form = page.getByRole('dialog')
  await form.getByLabel('Назва або ім’я').fill(`${word} плюс`)
  await form.getByText('Можливо, такий запис уже є').waitFor()
  await form.getByRole('link', { name: `ТОВ «${word} плюс»` }).waitFor()
  await shot(desk, 'duplicate-hint')

  await page.goto('/duplicates')
  await page.getByRole('button', { name: 'Шукати в усій базі' }).click()
  const pair = page.getByRole('article').filter({ hasText: word })
  await pair.waitFor({ timeout: 60_000 })
  // No firm is born.
  await pair.getByText('дата заснування збігається').waitFor()
  for (const [width, colorScheme] of [[1440, 'light'], [1440, 'dark'], [360, 'light'], [360, 'dark']] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    await shot(desk, `duplicates ${width} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await pair.getByRole('button', { name: 'Об’єднати…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio').first().waitFor()
  for (const [width, colorScheme] of [[1440, 'dark'], [360, 'light'], [1440, 'light']] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    await shot(desk, `merge ${width} ${colorScheme}`)
  }
  await dialog.getByRole('button', { name: 'Об’єднати', exact: true }).click()
  await toast(page, 'Контрагентів об’єднано')
  expect((await api.get(`counterparties/${second['id']}`))['id']).toBe(first['id'])
  expect(await api.get(`counterparties/${first['id']}`)).toMatchObject({ industry: 'пекарня', segment: 'середні' })

  await page.goto(`/counterparties/${second['id']}`)
  await page.getByRole('button', { name: 'Скасувати злиття' }).click()
  const undo = page.getByRole('dialog').getByRole('button', { name: 'Скасувати злиття' })
  await page.getByText('знову стане окремим записом').waitFor()
  await shot(desk, 'merge-undo')
  await undo.click()
  await toast(page, 'Злиття скасовано')
  expect((await api.get(`counterparties/${second['id']}`))['id']).toBe(second['id'])
  // Seen failing: it was offered once more, and refused as if thirty days had gone.
  await page.goto(`/counterparties/${first['id']}`)
  await page.getByText('Приєднано запис').first().waitFor()
  expect(await page.getByRole('button', { name: 'Скасувати злиття' }).count()).toBe(0)
}, { timeoutMs: 180_000 })
