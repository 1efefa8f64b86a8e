import { expect } from '@jest/globals'
import type { Page } from 'playwright-core'
import { makeParty, newWord } from '../src/data.ts'
import { shot, toast } from '../src/desk.ts'
import { scene } from '../src/scene.ts'

async function edit(page: Page, id: string): Promise<void> {
  await page.goto(`/counterparties/${id}`)
  await page.getByRole('button', { name: 'Змінити: Профіль' }).click()
  await page.getByLabel('Галузь').waitFor()
}

scene('two people change the same field: the second sees both values, nothing is overwritten, what does not collide is kept', async ({ open, api }) => {
  const { id } = await makeParty(api, { name: `ТОВ «${newWord().word}»`, more: { industry: 'пекарня' } })
  const [nadia, iryna] = [await open({ as: 'nadia' }), await open({ as: 'iryna' })]
  await Promise.all([edit(nadia.page, id), edit(iryna.page, id)])
  await nadia.page.getByLabel('Галузь').fill('готель')
  await nadia.page.keyboard.press('Control+s')
  await toast(nadia.page, 'Зміни збережено')

  await iryna.page.getByLabel('Галузь').fill('їдальня')
  await iryna.page.getByLabel('Сегмент').fill('середні')
  await iryna.page.keyboard.press('Control+s')
  const dialog = iryna.page.getByRole('dialog')
  await dialog.getByText('Цей запис змінили, поки ви працювали').waitFor()
  await dialog.getByText('Хто зберіг: Коваленко').or(dialog.getByText('Хто зберіг: Надія Коваленко')).waitFor()
  await shot(iryna, 'conflict')
  const words = await dialog.innerText()
  for (const value of ['їдальня', 'готель', 'пекарня']) expect(words).toContain(value)
  expect(await api.get(`counterparties/${id}`)).toMatchObject({ industry: 'готель', segment: '' })
  expect(await dialog.getByRole('button', { name: 'Зберегти вибране' }).isDisabled()).toBe(true)

  await dialog.getByRole('radio', { name: /готель/ }).check()
  await dialog.getByRole('button', { name: 'Зберегти вибране' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await api.get(`counterparties/${id}`)).toMatchObject({ industry: 'готель', segment: 'середні' })
})
