import { makeParty, newPhone, newWord } from '../src/data.ts'
import { shot, toast } from '../src/desk.ts'
import { settled } from '../src/looks.ts'
import { scene } from '../src/scene.ts'

scene('a purpose gets its text, a consent to it is entered on the card, stands in the register, and is taken back', async ({ open, api }) => {
  const { word } = newWord()
  const party = await makeParty(api, { name: `ТОВ «${word}»`, phone: newPhone() })
  const desk = await open({ as: 'admin' })
  const { page } = desk
  const purpose = `Розсилання ${word}`

  await page.goto('/consent-purposes')
  await page.getByRole('button', { name: 'Створити' }).first().click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Назва українською').fill(purpose)
  await form.getByLabel('Назва англійською').fill(`Mailings ${word}`)
  await form.getByLabel('Текст українською').fill('Погоджуюся отримувати пропозиції фірми листами й дзвінками.')
  await form.getByLabel('Текст англійською').fill('I agree to receive offers of the firm by letters and calls.')
  await shot(desk, 'purpose form')
  await form.locator('button[type=submit]').click()
  await toast(page, 'Мету збережено')
  await page.getByRole('button', { name: purpose }).waitFor()
  await settled(page)
  await shot(desk, 'purposes')

  await page.goto(`/counterparties/${party['id']}?tab=consents`)
  await page.getByRole('button', { name: 'Записати згоду' }).click()
  await form.getByLabel('Мета').click()
  await page.getByRole('option', { name: purpose }).click()
  await form.getByText('Погоджуюся отримувати').waitFor()
  await form.getByLabel('Де доказ', { exact: false }).fill('анкета 17')
  await shot(desk, 'consent form')
  await form.locator('button[type=submit]').click()
  await toast(page, purpose)
  await page.getByText('анкета 17').first().waitFor()
  await page.getByText(`Надано згоду: ${purpose}`).first().waitFor()
  for (const [width, colorScheme] of [[1440, 'light'], [1440, 'dark'], [360, 'light'], [360, 'dark']] as const) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `consents ${width} ${colorScheme}`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })

  await page.getByRole('button', { name: 'Записати відкликання' }).click()
  await form.locator('button[type=submit]').click()
  await toast(page, 'Відкликання записано')
  await page.getByText('не діє').first().waitFor()

  await page.goto('/consents?view=withdrawn')
  await page.getByText(`ТОВ «${word}»`).first().waitFor()
  for (const [width, colorScheme] of [[1440, 'light'], [360, 'dark']] as const) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    await settled(page)
    await shot(desk, `register ${width} ${colorScheme}`)
  }
}, { timeoutMs: 150_000 })
