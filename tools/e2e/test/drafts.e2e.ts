import { expect } from '@jest/globals'
import { fillSignIn } from '../src/desk.ts'
import { passwordOf } from '../src/env.ts'
import { scene } from '../src/scene.ts'

scene('what one person began to write is not there for who signs in next on the same screen', async ({ open, api }) => {
  const [{ counterpartyId }] = (await api.get(`opportunities?pageSize=1&filter=${encodeURIComponent('state="open"')}`))['opportunities']
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
