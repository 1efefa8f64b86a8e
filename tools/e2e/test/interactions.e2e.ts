import { makeParty, newPhone, newWord } from '../src/data.ts'
import { shot, toast } from '../src/desk.ts'
import { settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'

scene('a contact is planned in the plan, seen on the card, held with its result, and stands in the history of the client', async ({ open, api }) => {
  const { word } = newWord()
  const party = await makeParty(api, { name: `ТОВ «${word}»`, phone: newPhone(), more: { tags: [`мітка ${word}`], vip: true } })
  const desk = await open({ as: 'admin' })
  const { page } = desk
  const subject = `Домовитися про постачання ${word}`

  await page.goto('/interactions?create=true')
  const form = page.getByRole('dialog')
  await form.getByLabel('Тема').fill(subject)
  await form.getByLabel('Контрагент', { exact: false }).first().fill(word)
  await page.getByRole('option').filter({ hasText: word }).click()
  await form.getByRole('button', { name: 'Запланувати' }).click()
  await toast(page, subject)
  const row = page.getByRole('row').filter({ hasText: subject })
  await page.goto('/interactions?view=all')
  await row.waitFor()
  for (const [width, colorScheme] of [[1440, 'light'], [1440, 'dark'], [360, 'light']] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    await shot(desk, `plan ${width} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })

  await page.goto(`/counterparties/${party['id']}`)
  await page.getByText(subject).first().waitFor()
  await settled(page)
  await shot(desk, 'card planned')
  await page.goto('/interactions?view=all')
  await row.getByRole('button', { name: subject }).click()
  await page.getByRole('dialog').getByLabel('Результат').fill(`Погодили ціну ${word}`)
  await shot(desk, 'hold')
  await page.getByRole('dialog').locator('button[type=submit]').click()
  await row.waitFor({ state: 'detached' })

  await page.goto(`/counterparties/${party['id']}`)
  await page.getByText(`Погодили ціну ${word}`).first().waitFor()
  await settled(page)
  await shot(desk, 'card held')
  await page.goto('/counterparties')
  await settled(page)
  await page.getByRole('button', { name: 'Мітки' }).click()
  await page.getByText(`мітка ${word}`).first().waitFor()
  await shot(desk, 'tag cloud')
}, { timeoutMs: 150_000 })
