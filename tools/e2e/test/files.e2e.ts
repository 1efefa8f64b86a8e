import { readFile } from 'node:fs/promises'
import { expect } from '@jest/globals'
import { makeParty, newWord } from '../src/data.ts'
import { shot } from '../src/desk.ts'
import { axeFindings, settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'

const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(40_000, 'договір ')])

scene('a file is put into a field, saved again from the card, replaced, and refused for its size or content', async ({ open, api }) => {
  const { word } = newWord()
  const name = `scan_${Date.now().toString(36)}`
  await api.post('custom-fields', { resource: 'counterparties', name, kind: 'file', label: { uk: `Скан ${word}`, en: `Scan ${word}` }, filterable: false })
  const party = await makeParty(api, { name: `ТОВ «${word}»` })
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await page.goto(`/counterparties/${party.id}`)
  await settled(page)
  await page.getByRole('button', { name: 'Змінити: Інші поля' }).click()
  const field = page.getByLabel(`Скан ${word}`, { exact: true })
  await field.waitFor({ state: 'attached' })
  await page.getByText('до 25 МБ').first().waitFor()
  await shot(desk, 'file empty')
  await field.setInputFiles({ name: 'рахунок.pdf', mimeType: 'application/pdf', buffer: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(300)]) })
  await page.getByText('Вміст файла не відповідає').waitFor()
  await shot(desk, 'file refused')
  await field.setInputFiles({ name: 'великий.zip', mimeType: 'application/zip', buffer: Buffer.alloc(26 * 1024 * 1024) })
  await page.getByText('а дозволено щонайбільше').waitFor()
  await field.setInputFiles({ name: 'Договір № 12 з дуже довгою назвою, яка не вміщається в рядок картки клієнта.pdf', mimeType: 'application/pdf', buffer: PDF })
  await page.getByRole('button', { name: /^Прибрати файл/ }).waitFor()
  await shot(desk, 'file chosen')
  await page.keyboard.press('Control+S')
  const link = page.getByRole('link', { name: /Договір № 12/ })
  await link.waitFor()
  await settled(page)
  await shot(desk, 'file on the card')
  expect(await axeFindings(page, 'light')).toEqual([])
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  expect(download.suggestedFilename()).toMatch(/^Договір № 12 .*\.pdf$/)
  expect((await readFile(await download.path())).equals(PDF)).toBe(true)
  const headers = (await page.request.get(new URL((await link.getAttribute('href'))!, page.url()).href)).headers()
  expect(headers['content-disposition']).toMatch(/^attachment; filename=".*"; filename\*=UTF-8''%D0%94/)
  expect([headers['x-content-type-options'], headers['content-security-policy']]).toEqual(['nosniff', `sandbox; default-src 'none'; frame-ancestors 'none'`])
  const again = await page.request.get(new URL((await link.getAttribute('href'))!, page.url()).href, { headers: { 'if-none-match': headers['etag']! } })
  expect(again.status()).toBe(304)

  await page.getByRole('button', { name: 'Змінити: Інші поля' }).click()
  await field.setInputFiles({ name: 'нова редакція.pdf', mimeType: 'application/pdf', buffer: PDF })
  await page.getByRole('button', { name: /^Прибрати файл .*нова редакція/ }).waitFor()
  await page.emulateMedia({ colorScheme: 'dark' })
  await shot(desk, 'file replaced dark')
  await page.keyboard.press('Control+S')
  await page.getByRole('link', { name: 'нова редакція.pdf' }).waitFor()
  await page.setViewportSize({ width: 360, height: 740 })
  await settled(page)
  await shot(desk, 'file on the card 360 dark')
})
