import { expect } from '@jest/globals'
import { makeParty, newWord } from '../src/data.ts'
import { shot } from '../src/desk.ts'
import { axeFindings, settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'

scene('conditions are put together in the builder, kept under a name, and found again in the tree', async ({ open, api }) => {
  const { word } = newWord()
  await makeParty(api, { name: `ТОВ «${word}»` })
  await makeParty(api, { name: `ПП «Не ${newWord().word}»` })
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto('/counterparties')
  await settled(page)
  await page.keyboard.press('Shift+F')
  const dialog = page.getByRole('dialog')
  // The first condition stands there; untouched it is none.
  await dialog.getByRole('button', { name: 'Застосувати' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(new URL(page.url()).searchParams.get('filter')).toBe(null)
  await page.keyboard.press('Shift+F')
  await dialog.getByLabel('Назва: значення').fill(word)
  await dialog.getByRole('button', { name: 'Пов’язані записи', exact: true }).click()
  await dialog.getByLabel('Чи є').click()
  await page.getByRole('option', { name: 'немає', exact: true }).click()
  await shot(desk, 'filter builder')
  expect(await axeFindings(page, 'light')).toEqual([])
  await page.setViewportSize({ width: 360, height: 740 })
  await shot(desk, 'filter builder 360')
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 1440, height: 900 })
  await shot(desk, 'filter builder dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await dialog.getByRole('button', { name: 'Застосувати' }).click()
  await page.waitForURL((url) => url.searchParams.get('filter') === `displayName : "${word}" AND NOT opportunities.any()`)
  await page.getByRole('row').filter({ hasText: word }).waitFor()
  expect(await page.getByRole('row').count()).toBe(2)
  await page.getByRole('button', { name: 'Збережені фільтри' }).click()
  await page.getByRole('menuitem', { name: 'Зберегти як новий…' }).click()
  await page.getByLabel('Назва').fill(`Фільтр ${word}`)
  await page.keyboard.press('Control+S')
  const leaf = page.getByRole('link', { name: `Фільтр ${word}` })
  await leaf.waitFor()
  await page.goto('/counterparties')
  await leaf.click()
  await page.getByRole('row').filter({ hasText: word }).waitFor()
  expect(await page.getByRole('row').count()).toBe(2)
  await settled(page)
  await shot(desk, 'saved filter')
  expect(desk.troubles).toEqual([])
}, { timeoutMs: 120_000 })

// Seen failing: the other was offered to change and to remove it and refused; the owner's click removed it for the whole group at once.
scene('a shared filter is its owner\'s to change; before it goes it is said for whom', async ({ open }) => {
  const { word } = newWord()
  const [owner, other] = [await open({ as: 'nadia' }), await open({ as: 'bohdan' })]
  const name = `Спільний ${word}`
  await owner.page.goto('/counterparties')
  await owner.page.getByRole('button', { name: 'Збережені фільтри' }).click()
  await owner.page.getByRole('menuitem', { name: 'Зберегти як новий…' }).click()
  const form = owner.page.getByRole('dialog')
  await form.getByLabel('Назва').fill(name)
  await form.getByLabel('Показувати групам').press('ArrowDown')
  await owner.page.getByRole('option').first().click()
  await owner.page.keyboard.press('Control+S')
  const leaf = owner.page.getByRole('link', { name })
  await leaf.waitFor()

  await other.page.goto('/counterparties')
  await other.page.getByRole('link', { name }).click()
  await other.page.getByRole('button', { name }).click()
  await other.page.getByRole('menuitem', { name: 'Зберегти як новий…' }).waitFor()
  expect(await other.page.getByRole('menuitem', { name: /Змінити збережений|Вилучити/ }).count()).toBe(0)

  await leaf.click()
  await owner.page.getByRole('button', { name }).click()
  await owner.page.getByRole('menuitem', { name: 'Вилучити' }).click()
  const question = owner.page.getByRole('dialog', { name: `Вилучити фільтр «${name}»?` })
  await question.getByText('Він зникне і в груп').waitFor()
  await question.getByText('адресна книга').waitFor()
  await shot(owner, 'removal of a shared filter')
  await question.getByRole('button', { name: 'Вилучити', exact: true }).click()
  await leaf.waitFor({ state: 'detached' })
})
