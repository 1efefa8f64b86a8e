import { expect } from '@jest/globals'
import { newWord, structure } from '../src/data.ts'
import { shot } from '../src/desk.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

// Seen failing with a height of the dialogs of others (the form lay over it), and where only keys counted as typing: it came between the letters of an input method.
scene('a message that must be read waits until nobody types, stands over a form, names a program as its sender, and is confirmed by no key that was meant for the form', async ({ open, api }) => {
  const { word } = newWord()
  const desk = await open({ as: 'nadia' })
  const { page } = desk
  const message = page.getByRole('dialog', { name: 'Повідомлення від: програма' })
  const unread = async () => (await page.evaluate(`fetch('/api/v1/notifications?unreadOnly=true').then((answer) => answer.json())`) as { notifications: { mustRead: boolean }[] }).notifications.filter(({ mustRead }) => mustRead).length
  await desk.go('/requests?create=true')
  const form = page.getByRole('dialog', { name: 'Зареєструвати звернення' })
  const subject = form.getByLabel('Тема')
  await subject.focus()
  let text = ''
  const type = async (words: string) => {
    await page.keyboard.type(words, { delay: 40 })
    text += words
  }
  const employeeId = (await structure(api)).employee('nadia')
  const sent = api.post('messages', { text: `Прочитайте ${word}`, employeeId, mustRead: true })
  while ((await unread()) === 0) await type('прошу ')
  await type('перетелефонувати мені сьогодні до вечора')
  await sent
  expect(await message.count()).toBe(0)
  expect(await subject.inputValue()).toBe(text)
  await message.waitFor()
  await shot(desk, 'must read over a form')
  const box = (await message.getByRole('button', { name: 'Прочитано' }).boundingBox())!
  expect(await page.evaluate(`document.elementFromPoint(${box.x + box.width / 2}, ${box.y + box.height / 2})?.textContent`)).toContain('Прочитано')
  for (const key of [' ', 'Enter', 'Escape', 'Control+s']) await page.keyboard.press(key)
  expect([await unread(), await form.count()]).toEqual([1, 1])
  await message.getByRole('button', { name: 'Прочитано' }).click()
  await message.waitFor({ state: 'detached' })
  await until(async () => (await unread()) === 0, 'the receipt')
  // Back where it was typed.
  expect(await page.evaluate('document.activeElement.value')).toBe(text)

  // A form that opens later lies below as well.
  await api.post('messages', { text: `Ще ${word}`, employeeId, mustRead: true })
  await message.waitFor()
  await desk.go('/requests?create=true')
  await form.waitFor()
  await message.waitFor()
  await until(() => page.evaluate(`document.activeElement.closest('.must-read') !== null`), 'the focus is in the message')
  await page.setViewportSize({ width: 360, height: 740 })
  await shot(desk, 'must read narrow')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await message.waitFor({ state: 'detached' })
})
