import { expect } from '@jest/globals'
import { shot, type Desk } from '../src/desk.ts'
import { connectExchange } from '../src/exchange.ts'
import { scene } from '../src/scene.ts'

const [FIRST, SECOND] = ['+380671234571', '+380671234572']
const said = (number: string) => number.replace(/^\+380(\d\d)(\d{3})(\d\d)(\d\d)$/, '+380 $1 $2 $3 $4')

/** Two calls at once: the second rings while the first talks, and goes on after it. */
async function twoCalls({ page }: Desk, exchange: Awaited<ReturnType<typeof connectExchange>>) {
  const panel = page.locator('aside.cp')
  void exchange.call({ callerNumber: FIRST, callerName: '', extension: '1001', ringSeconds: 1, talkSeconds: 7 })
  await panel.filter({ hasText: 'Розмова' }).filter({ hasText: said(FIRST) }).waitFor()
  void exchange.call({ callerNumber: SECOND, callerName: '', extension: '1001', ringSeconds: 12, talkSeconds: 12 })
  return panel
}

// Seen failing: the panel stayed with the ended call, and what was typed while talking with the second went into the request of the first.
scene('two calls at once: the panel shows whom one talks to; the words of the first wait and go into its own request alone', async ({ open, api }) => {
  const exchange = await connectExchange(api)
  try {
    const desk = await open({ as: 'iryna', width: 1280, height: 720 })
    const { page } = desk
    const panel = await twoCalls(desk, exchange)
    await panel.getByLabel('Тема').fill('Слова першого')
    const more = panel.getByRole('button', { name: 'Ще 1 дзвінок' })
    await more.click()
    const others = panel.getByRole('list', { name: 'Ще 1 дзвінок' })
    await others.filter({ hasText: said(SECOND) }).filter({ hasText: 'дзвонить' }).waitFor()
    await shot(desk, 'two calls, the second rings')

    await panel.filter({ hasText: 'Вхідний дзвінок' }).filter({ hasText: said(SECOND) }).waitFor()
    expect(await panel.getByLabel('Тема').inputValue()).toBe('')
    await shot(desk, 'two calls, the first ended')
    await panel.filter({ hasText: 'Розмова' }).filter({ hasText: said(SECOND) }).waitFor()
    await panel.getByLabel('Тема').fill('Слова другого')

    await page.keyboard.press('Alt+n')
    await panel.filter({ hasText: 'Розмову завершено' }).filter({ hasText: said(FIRST) }).waitFor()
    expect(await panel.getByLabel('Тема').inputValue()).toBe('Слова першого')
    await panel.getByRole('button', { name: 'Ще 1 дзвінок' }).click()
    await others.filter({ hasText: 'розмова · є незбережене' }).waitFor()
    await shot(desk, 'two calls, back at the first')
    // The focus is in no field: the key saves the form that is seen.
    await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor()
    const [saved] = await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok()), page.keyboard.press('Control+s')])
    expect(await saved.json()).toMatchObject({ subject: 'Слова першого', phone: FIRST })

    await others.getByRole('button').click()
    await panel.filter({ hasText: said(SECOND) }).waitFor()
    expect(await panel.getByLabel('Тема').inputValue()).toBe('Слова другого')
    await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor({ timeout: 40_000 })
    // Words of a call that is over come back after the page was left.
    await page.reload()
    await panel.filter({ hasText: 'Розмову завершено' }).filter({ hasText: said(SECOND) }).waitFor()
    expect(await panel.getByLabel('Тема').inputValue()).toBe('Слова другого')
    await panel.getByLabel('Тема').click()
    const [second] = await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok()), page.keyboard.press('Control+s')])
    expect(await second.json()).toMatchObject({ subject: 'Слова другого', phone: SECOND })
  } finally {
    await exchange.stop()
  }
}, { timeoutMs: 150_000 })

// Seen failing without the focus kept in the panel: the letters went into the search of the page.
scene('the call under the caret gives way to an answered one: what is typed on goes nowhere', async ({ open, api }) => {
  const exchange = await connectExchange(api)
  try {
    const desk = await open({ as: 'iryna', width: 360, height: 740, theme: 'dark' })
    const { page } = desk
    const panel = await twoCalls(desk, exchange)
    await panel.getByLabel('Тема').click()
    await page.keyboard.type('Перший')
    await panel.filter({ hasText: 'Розмову завершено' }).waitFor()
    await shot(desk, 'two calls, a form under the caret')
    expect(await panel.getByLabel('Тема').inputValue()).toBe('Перший')
    await panel.filter({ hasText: 'Розмова' }).filter({ hasText: said(SECOND) }).waitFor()
    await page.keyboard.type('jkxc')
    await panel.and(page.locator(':focus')).waitFor()
    await shot(desk, 'two calls, the second answered')
    expect(await panel.getByLabel('Тема').inputValue()).toBe('')
    await page.keyboard.press('Alt+n')
    await panel.filter({ hasText: said(FIRST) }).waitFor()
    expect(await panel.getByLabel('Тема').inputValue()).toBe('Перший')
  } finally {
    await exchange.stop()
  }
}, { timeoutMs: 120_000 })
