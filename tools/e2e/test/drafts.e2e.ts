import { expect } from '@jest/globals'
import type { Api } from '../../demo/src/load/api.ts'
import { makeParty, newPhone, newWord, structure } from '../src/data.ts'
import { fillSignIn, shot } from '../src/desk.ts'
import { passwordOf } from '../src/env.ts'
import { look } from '../src/look.ts'
import { scene } from '../src/scene.ts'

scene('what one person began to write is not there for who signs in next on the same screen', async ({ open, api }) => {
  const { id: counterpartyId } = await makeParty(api, { name: `ТОВ «${newWord().word}»` })
  const { page } = await open({ as: 'maksym' })
  const note = page.locator('.compose textarea')
  const begin = async (text: string) => {
    await page.goto(`/counterparties/${counterpartyId}`)
    await note.fill(text)
  }
  await begin('лише моє')
  await page.reload()
  expect(await note.inputValue()).toBe('лише моє')
  await page.locator('.user-btn').click()
  await page.getByRole('menuitem', { name: 'Вийти' }).click()
  await fillSignIn(page, 'admin', passwordOf('admin'))
  await page.locator('#main').waitFor()
  await page.goto(`/counterparties/${counterpartyId}`)
  await note.waitFor()
  expect(await note.inputValue()).toBe('')
  expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain('лише моє')
})

async function register(api: Api, subject: string): Promise<Record<string, any>> {
  const ids = await structure(api)
  return api.post('requests', { channel: 'mail', subject, phone: `+380${newPhone()}`, branchId: ids.branch('KYIV'), ownerId: ids.employee('iryna') })
}

// Seen failing with a draft that came back without a word.
scene('a draft that comes back writes over nothing that others saved meanwhile, says so and can be begun anew', async ({ open, api }) => {
  const { word } = newWord()
  const { id } = await register(api, `Була ${word}`)
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  await desk.go(`/requests?open=${id}`)
  const dialog = page.getByRole('dialog', { name: /^Змінити звернення/ })
  const subject = dialog.getByLabel('Тема')
  const edit = () => page.locator('article.rd').getByRole('button', { name: /^Змінити звернення/ }).click()
  await edit()
  await subject.fill(`Моя ${word}`)
  expect(await dialog.getByText('Повернуто вашу чернетку').count()).toBe(0)
  await api.patch(`requests/${id}?updateMask=subject,text`, { subject: `Їхня ${word}`, text: 'Їхній текст' })
  await page.reload()
  await edit()
  await dialog.getByText('Повернуто вашу чернетку').waitFor()
  expect(await subject.inputValue()).toBe(`Моя ${word}`)
  await shot(desk, 'a draft that came back')
  await page.keyboard.press('Control+s')
  await dialog.getByText('Поки ви правили, цей запис змінив хтось інший').waitFor()
  await shot(desk, 'a draft of something stale')
  expect(await api.get(`requests/${id}`)).toMatchObject({ subject: `Їхня ${word}`, text: 'Їхній текст' })
  await dialog.getByRole('button', { name: 'Відкрити свіжий' }).click()
  await dialog.getByText('Поки ви правили').waitFor({ state: 'detached' })
  expect([await subject.inputValue(), await dialog.getByText('Повернуто вашу чернетку').count()]).toEqual([`Їхня ${word}`, 0])
  await subject.fill(`Спільна ${word}`)
  await page.keyboard.press('Control+s')
  await dialog.waitFor({ state: 'detached' })
  expect(await api.get(`requests/${id}`)).toMatchObject({ subject: `Спільна ${word}`, text: 'Їхній текст' })
})

// The same, of a form that sends all that it has.
scene('a draft of a contact person that comes back takes away no note that others wrote', async ({ open, api }) => {
  const { word } = newWord()
  const party = await makeParty(api, { name: `ТОВ «${word}»` })
  const { id } = await api.post('contact-persons', { displayName: `Олена ${word}`, positions: [{ counterpartyId: party['id'], title: '' }] })
  const { page } = await open({ as: 'nadia' })
  const dialog = page.getByRole('dialog')
  await page.goto(`/contact-persons?open=${id}`)
  await dialog.getByLabel('Ім’я').first().fill(`Оленка ${word}`)
  await api.patch(`contact-persons/${id}?updateMask=note`, { note: 'Дзвонити зранку' })
  await page.reload()
  await dialog.getByText('Повернуто вашу чернетку').waitFor()
  await page.keyboard.press('Control+s')
  await dialog.getByText('Поки ви правили, цей запис змінив хтось інший').waitFor()
  expect(await api.get(`contact-persons/${id}`)).toMatchObject({ displayName: `Олена ${word}`, note: 'Дзвонити зранку' })
  await dialog.getByRole('button', { name: 'Почати заново' }).click()
  await dialog.getByText('Повернуто вашу чернетку').waitFor({ state: 'detached' })
  expect(await dialog.getByLabel('Примітка').inputValue()).toBe('Дзвонити зранку')
})

// Seen failing with one key for every new client: the name typed for one caller stood in the form of the next, beside the other's number.
scene('what was begun for one caller does not come up for another', async ({ open, api }) => {
  const { word } = newWord()
  const [one, two] = [await register(api, `Перше ${word}`), await register(api, `Друге ${word}`)]
  const { page } = await open({ as: 'iryna' })
  const dialog = page.getByRole('dialog', { name: 'Створити контрагента' })
  const fields = async () => [await dialog.getByLabel('Назва або ім’я').inputValue(), await dialog.getByLabel('Телефон').first().inputValue()]
  const begin = async (of: Record<string, any>) => {
    await page.goto(`/requests?open=${of['id']}`)
    await page.locator('article.rd').getByRole('button', { name: 'Створити контрагента' }).click()
    await dialog.waitFor()
  }
  await begin(one)
  await dialog.getByLabel('Назва або ім’я').fill(`ФОП ${word}`)
  await begin(two)
  expect(await fields()).toEqual(['', two['phone']])
  await begin(one)
  expect(await fields()).toEqual([`ФОП ${word}`, one['phone']])
  const party = await makeParty(api, { name: `ПП «${word}»` })
  const subject = page.getByRole('dialog', { name: 'Зареєструвати звернення' }).getByLabel('Тема')
  await page.goto(`/requests?create=true&party=${party['id']}&partyName=${word}`)
  await subject.fill(`Третє ${word}`)
  await page.goto('/requests?create=true')
  await subject.waitFor()
  expect(await subject.inputValue()).toBe('')
})

scene('an editor of the card and its note say that a draft was brought back, and begin anew', async ({ open, api }) => {
  const { word } = newWord()
  const party = await makeParty(api, { name: `ТОВ «${word}»` })
  const desk = await open({ as: 'nadia' })
  const { page } = desk
  await desk.go(`/counterparties/${party['id']}`)
  const edit = () => page.getByRole('button', { name: 'Змінити: Реквізити' }).click()
  const back = page.getByText('Повернуто вашу чернетку')
  await edit()
  const name = page.locator('.facts-edit input').first()
  const before = await name.inputValue()
  await name.fill(`${before} нова`)
  await page.locator('.compose textarea').fill('Розпочата нотатка')
  expect(await back.count()).toBe(0)
  await page.reload()
  await edit()
  await page.locator('.facts-edit').getByText('Повернуто вашу чернетку').waitFor()
  await page.locator('.compose').getByText('Повернуто вашу чернетку').waitFor()
  expect(await look(desk, 'drafts in the card')).toEqual([])
  await page.locator('.facts-edit').getByRole('button', { name: 'Почати заново' }).click()
  expect(await name.inputValue()).toBe(before)
  await page.locator('.compose').getByRole('button', { name: 'Почати заново' }).click()
  expect([await page.locator('.compose textarea').inputValue(), await back.count()]).toEqual(['', 0])
})
