import { expect } from '@jest/globals'
import type { Page } from 'playwright-core'
import { shot, toast, type Desk } from '../src/desk.ts'
import { demoCall } from '../src/exchange.ts'
import { scene, type Stage } from '../src/scene.ts'
import { until } from '../src/until.ts'
import type { LogLine } from '../src/watch.ts'

const CALL_MS = 40_000

type Heard = { iryna: Desk; number: string; party: Record<string, any>; typed: string; log: LogLine[] }

/** The telephonist types while the demonstration call comes in, is talked through and ends. */
async function hearCall({ open, api }: Stage): Promise<Heard> {
  const iryna = await open({ as: 'iryna' })
  const { page } = iryna
  await page.keyboard.press('/')
  await page.keyboard.type('кова')
  const number = await demoCall()
  const panel = page.locator('.cp')
  await panel.waitFor()
  await page.keyboard.type('ленко')
  await shot(iryna, 'call ringing')
  const typed = await page.getByRole('combobox').first().inputValue()
  await panel.filter({ hasText: 'Розмову завершено' }).waitFor({ timeout: CALL_MS })
  await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor()
  await shot(iryna, 'call ended')
  const found = await api.get(`counterparties:search?q=${encodeURIComponent(number)}`)
  const log = (await page.evaluate('e2eLog')) as LogLine[]
  return { iryna, number, party: found['counterparties'][0], typed, log }
}

/** One click of the panel; gives the id of the opportunity. */
async function sell({ iryna: { page } }: Heard): Promise<string> {
  await page.locator('.cp').getByRole('button', { name: 'Створити угоду' }).click()
  await page.locator('.cp').getByRole('link', { name: 'Відкрити угоду' }).click()
  await page.waitForURL(/\/opportunities\?.*open=/)
  return new URL(page.url()).searchParams.get('open')!
}

/** The board shows a move at once; this waits for the server's word. */
async function moved(page: Page, act: () => Promise<void>): Promise<void> {
  const [answer] = await Promise.all([page.waitForResponse(/:move$/), act()])
  expect(answer.status()).toBe(200)
}

scene(
  'a call: the card of the client is there before the agent answers, the caret stays where it was, the request has an owner and a deadline, one click makes an opportunity',
  async (stage) => {
    const heard = await hearCall(stage)
    const { page } = heard.iryna
    expect(heard.typed).toBe('коваленко')
    const shown = heard.log.findIndex(({ kind, text }) => kind === 'panel' && text.includes(heard.party['displayName']))
    const offered = heard.log.findIndex(({ name }) => name.endsWith('CallOffered'))
    const answered = heard.log.findIndex(({ name }) => name.endsWith('CallAnswered'))
    expect([offered >= 0, shown > offered, answered > shown]).toEqual([true, true, true])
    expect(heard.log[shown]!.text).toContain('чекає')

    await page.locator('.cp section', { hasText: 'Звернення зареєстровано' }).getByRole('link').first().click()
    const request = page.locator('article.rd')
    await request.waitFor()
    const words = await request.innerText()
    expect(words).toMatch(/Чому відповідає \p{L}+ \p{L}+/u)
    expect(words).toMatch(/до .*\d{2}:\d{2}/)
    expect(words).toMatch(/Відповідальний за цього клієнта|Відповів на дзвінок|Черга «/)
    expect(words).toContain(heard.party['displayName'])

    const id = await sell(heard)
    const saved = await stage.api.get(`opportunities/${id}`)
    expect(saved).toMatchObject({ counterpartyId: heard.party['id'], state: 'open' })
    expect(saved['ownerId']).not.toBe('')
  },
)

scene('the head of sales moves the opportunity of a call by keyboard and by mouse and wins it; the timeline tells all of it', async (stage) => {
  const heard = await hearCall(stage)
  const id = await sell(heard)
  const { title } = await stage.api.get(`opportunities/${id}`)
  const { page } = await stage.open({ as: 'maksym' })
  await page.goto('/opportunities')
  const column = (name: string) => page.locator(`section.kcol[aria-label="${name}"]`)
  const card = (name: string) => column(name).locator(`[data-card="${id}"]`)
  await column('Кваліфікація').locator('.kc').first().waitFor()
  if (!(await card('Кваліфікація').isVisible())) await column('Кваліфікація').getByRole('button', { name: /^Ще \d/ }).click()
  await card('Кваліфікація').waitFor()

  await card('Кваліфікація').focus()
  await page.keyboard.press('m')
  await page.getByRole('dialog').getByText(title).waitFor()
  await moved(page, () => page.keyboard.press('2'))
  await card('Потреба з’ясована').waitFor()

  await moved(page, () => card('Потреба з’ясована').dragTo(column('Пропозиція').locator('header')))
  await card('Пропозиція').waitFor()

  await card('Пропозиція').click()
  await page.locator('.drawer').getByRole('button', { name: 'Виграно' }).waitFor()
  // W asks: a key pressed past its field wins nothing.
  const question = page.getByRole('dialog', { name: /виграно\?$/ })
  await page.keyboard.press('w')
  await question.waitFor()
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'detached' })
  expect(await stage.api.get(`opportunities/${id}`)).toMatchObject({ state: 'open' })
  await page.keyboard.press('w')
  await question.locator('button:focus', { hasText: 'Позначити виграною' }).waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.drawer').getByRole('button', { name: 'Відкрити знову' }).waitFor()
  await card('Пропозиція').waitFor({ state: 'detached' })

  await page.goto(`/counterparties/${heard.party['id']}`)
  const told = page.locator('.timeline')
  for (const words of ['Угоду виграно', 'Угода: Потреба з’ясована → Пропозиція', 'Угода: Кваліфікація → Потреба з’ясована', 'Нова угода', 'Звернення:', 'Вхідний дзвінок'])
    await told.getByText(words).first().waitFor()
})

// Seen failing with the form shown only until the request is registered: no field "Суть звернення" is left in the panel after the call.
// Before the scene that makes a client of this number.
scene('an unknown caller of whom nothing was typed in time: the words still go in after the call, and the opportunity keeps the caller', async ({ open, api }) => {
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  await demoCall('unknown')
  const panel = page.locator('.cp')
  await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor({ timeout: CALL_MS })
  await panel.getByLabel('Хто телефонує').fill('Пізня Ганна')
  await panel.getByLabel('Тема').fill('Заміна котла')
  await shot(desk, 'unknown call ended')
  await panel.getByRole('button', { name: 'Створити угоду' }).click()
  await panel.getByRole('link', { name: 'Відкрити угоду' }).click()
  await page.waitForURL(/\/opportunities\?.*open=/)
  const made = await api.get(`opportunities/${new URL(page.url()).searchParams.get('open')}`)
  expect(made['title']).toBe('Заміна котла')
  expect(made['note']).toContain('Хто звертається: Пізня Ганна')
  expect(made['note'].replace(/\D/g, '')).toContain('380895550166')
})

// As a user met it: the second window showed an empty form, and its subject took the place of what the first one had saved.
scene('two windows on one call: what one has said stands in the other, which adds to it', async ({ open, api }) => {
  const desk = await open({ as: 'iryna' })
  const second = await desk.context.newPage()
  await second.goto('/')
  await second.locator('#main').waitFor()
  await demoCall('unknown')
  const [panel, other] = [desk.page.locator('.cp'), second.locator('.cp')]
  for (const one of [panel, other]) await one.filter({ hasText: 'Звернення зареєстровано' }).waitFor({ timeout: CALL_MS })
  const id = new URL((await panel.locator('a[href*="/requests?open="]').first().getAttribute('href'))!, desk.page.url()).searchParams.get('open')
  await panel.getByLabel('Тема').fill('Потрібні ваги')
  await panel.getByLabel('Тема').press('Control+s')
  await toast(desk.page, 'Звернення доповнено')
  await other.getByText('Уже записано: Потрібні ваги').waitFor()
  await shot({ ...desk, page: second }, 'a call in a second window')
  await other.getByLabel('Тема').fill('Інше')
  await other.getByLabel('Тема').press('Control+s')
  await toast(second, 'Звернення доповнено')
  expect(await api.get(`requests/${id}`)).toMatchObject({ subject: 'Потрібні ваги', text: 'Інше' })
})

// Seen failing: once the name was saved, only the opportunity was left in the panel, and what it was about could be written nowhere.
// Before the scene that makes a client of this number.
scene('the name of an unknown caller is saved first; the subject and the text can still be written', async ({ open, api }) => {
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  await demoCall('unknown')
  const panel = page.locator('.cp')
  await panel.getByLabel('Хто телефонує').fill('Спершу Ім’я')
  await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor({ timeout: CALL_MS })
  const save = async () => (await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok()), panel.getByRole('button', { name: 'Зберегти у звернення' }).click()]))[0].json()
  const { id } = await save()
  await panel.getByPlaceholder('Спершу Ім’я').waitFor()
  await shot(desk, 'unknown call with its name saved')
  await panel.getByLabel('Тема').fill('Потім тема')
  await panel.getByLabel('Суть звернення').fill('І суть')
  await save()
  await panel.getByLabel('Тема').waitFor({ state: 'detached' })
  expect(await api.get(`requests/${id}`)).toMatchObject({ senderName: 'Спершу Ім’я', subject: 'Потім тема', text: 'І суть' })
})

// Before the scene that makes a client of this number. Seen failing with the panel below the veil of a dialog: a click into it asked whether to discard the form. Before it asked, Alt X took the words away.
scene('a call that comes while a form is open is served over it; neither loses its words', async ({ open }) => {
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  await page.goto('/requests?create=true')
  const form = page.getByRole('dialog', { name: 'Зареєструвати звернення' })
  await form.getByLabel('Тема').fill('Початий лист')
  await demoCall('unknown')
  const panel = page.locator('.cp')
  await panel.getByLabel('Хто телефонує').click()
  await page.keyboard.type('Рання Марта')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Доставка скла')
  await page.keyboard.press('F6')
  await form.getByLabel('Тема').and(page.locator(':focus')).waitFor()
  await shot(desk, 'call over a form')
  await page.keyboard.press('F6')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await page.keyboard.press('Alt+x')
  await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor({ timeout: CALL_MS })

  const question = page.getByRole('dialog', { name: 'Відкинути введене?' })
  await page.keyboard.press('Alt+x')
  await question.waitFor()
  await shot(desk, 'words of a call are asked about')
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'detached' })
  expect(await panel.getByLabel('Тема').inputValue()).toBe('Доставка скла')
  await page.keyboard.press('Alt+x')
  await question.getByRole('button', { name: 'Відкинути' }).click()
  await panel.waitFor({ state: 'detached' })
  expect(await form.getByLabel('Тема').inputValue()).toBe('Початий лист')
})

scene('an unknown caller: what was typed during the call is still there after it, and one save puts it into the request registered meanwhile', async ({ open, api }) => {
  const { page } = await open({ as: 'iryna' })
  await demoCall('unknown')
  const panel = page.locator('.cp')
  await panel.getByLabel('Хто телефонує').fill('Невідома Олена')
  await panel.getByLabel('Тема').fill('Протікає теплиця')
  await panel.getByLabel('Суть звернення').fill('Кут біля дверей')
  await panel.filter({ hasText: 'Розмову завершено' }).waitFor({ timeout: CALL_MS })
  await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor()
  expect(await panel.getByLabel('Суть звернення').inputValue()).toBe('Кут біля дверей')

  const [made] = await Promise.all([page.waitForResponse((response) => response.url().endsWith(':setCounterparty') && response.ok()), panel.getByRole('button', { name: 'Лише контакт' }).click()])
  const call = await made.json()
  const party = await api.get(`counterparties/${call['counterpartyId']}`)
  expect(party['displayName']).toBe('Невідома Олена')

  const [saved] = await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'PATCH'), panel.getByRole('button', { name: 'Зберегти у звернення' }).click()])
  const { requests } = await api.get(`requests?filter=${encodeURIComponent(`callId="${call['id']}"`)}`)
  expect(requests).toMatchObject([{ id: (await saved.json())['id'], subject: 'Протікає теплиця', text: 'Кут біля дверей', senderName: '' }])
  await panel.getByLabel('Суть звернення').waitFor({ state: 'detached' })
})

scene('notes of a talk with a known client are typed while it lasts, stay at its end and go onto the timeline', async ({ open, api }) => {
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  await desk.go('/requests')
  const number = await demoCall()
  const panel = page.locator('.cp')
  const note = panel.getByLabel('Нотатка')
  await note.fill('Просить рахунок до п’ятниці', { timeout: CALL_MS })
  // No card was opened before. Seen failing while its styles came with those of the card.
  expect(await note.evaluate((field) => field.parentElement!.clientWidth - field.clientWidth)).toBe(0)
  expect(await panel.filter({ hasText: 'Розмову завершено' }).count()).toBe(0)
  await shot(desk, 'a note while talking')
  await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor({ timeout: CALL_MS })
  expect(await note.inputValue()).toBe('Просить рахунок до п’ятниці')
  await note.and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Control+s')
  await note.and(page.locator(':placeholder-shown')).waitFor()
  const { counterparties: [party] } = (await api.get(`counterparties:search?q=${encodeURIComponent(number)}`)) as { counterparties: [{ id: string }] }
  const { entries } = await api.get(`counterparties/${party.id}/timeline?kinds=note`)
  expect(entries[0].data.text).toBe('Просить рахунок до п’ятниці')
  // Seen failing: whoever got the request read "no text" there, and what was said stood on the timeline alone.
  const { requests: [request] } = await api.get(`requests?filter=${encodeURIComponent(`counterpartyId="${party.id}" AND channel=call`)}&orderBy=${encodeURIComponent('createTime desc')}&pageSize=1`)
  await until(async () => (await api.get(`requests/${request.id}`))['text'] === 'Просить рахунок до п’ятниці', 'the words are in the request')
})

scene('the next call of a client is about a request that is open: one click puts it there, one takes it back', async ({ open, api }) => {
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  const number = await demoCall()
  const panel = page.locator('.cp')
  await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor({ timeout: CALL_MS })
  const { counterparties: [party] } = (await api.get(`counterparties:search?q=${encodeURIComponent(number)}`)) as { counterparties: [{ id: string }] }
  const before = await api.post('requests', { channel: 'visit', subject: 'Де наш рахунок', counterpartyId: party.id })
  const put = panel.getByRole('button', { name: `Щодо цього: звернення ${before['number']}` })
  await put.waitFor()
  await shot(desk, 'call about an open request')
  const joined = page.waitForResponse((answer) => answer.url().endsWith(':join'))
  await put.click()
  const own = await (await joined).json()
  expect(own).toMatchObject({ state: 'closed', sameAsId: before['id'], sameAsNumber: before['number'] })
  await panel.getByRole('link', { name: before['number'], exact: true }).waitFor()
  await panel.getByRole('button', { name: 'Створити угоду' }).waitFor()
  await shot(desk, 'call put to an open request')
  await until(async () => (await api.get(`calls/${own['callId']}`))['requestId'] === before['id'], 'the call belongs to the open request')
  await panel.getByRole('link', { name: before['number'], exact: true }).click()
  await page.locator('article.rd').getByRole('link', { name: new RegExp(`Звернулися ще раз .*: ${own['number']}$`) }).waitFor()
  await shot(desk, 'a request that was asked again')
  await panel.getByRole('button', { name: 'Ні, це нове' }).click()
  await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor()
  expect(await api.get(`requests/${own['id']}`)).toMatchObject({ state: 'new' })
})
