import { expect } from '@jest/globals'
import type { Locator } from 'playwright-core'
import type { Api } from '../../demo/src/load/api.ts'
import { makeParty, newPhone, newWord } from '../src/data.ts'
import { shot, toast, type Desk } from '../src/desk.ts'
import { connectExchange } from '../src/exchange.ts'
import { scene } from '../src/scene.ts'
import { until } from '../src/until.ts'

const [FIRST, SECOND] = ['+380671234571', '+380671234572']
const said = (number: string) => number.replace(/^\+380(\d\d)(\d{3})(\d\d)(\d\d)$/, '+380 $1 $2 $3 $4')

/** Two calls at once: the second rings while the first talks, and goes on after it. */
async function twoCalls({ page }: Desk, exchange: Awaited<ReturnType<typeof connectExchange>>) {
  const panel = page.locator('aside.cp')
  void exchange.call({ callerNumber: FIRST, callerName: '', extension: '1001', ringSeconds: 1, talkSeconds: 7 })
  await panel.filter({ hasText: 'Розмова' }).filter({ hasText: said(FIRST) }).waitFor()
  const { done } = exchange.call({ callerNumber: SECOND, callerName: '', extension: '1001', ringSeconds: 12, talkSeconds: 12 })
  return { panel, done }
}

const callsOn = async (api: Api, id: string) => (await api.get(`counterparties/${id}/timeline?kinds=call-ended`))['entries'].length

// Seen failing: the panel stayed with the ended call, and what was typed while talking with the second went into the request of the first.
scene('two calls at once: the panel shows whom one talks to; the words of the first wait and go into its own request alone', async ({ open, api }) => {
  const exchange = await connectExchange(api)
  try {
    const desk = await open({ as: 'iryna', width: 1280, height: 720 })
    const { page } = desk
    const { panel } = await twoCalls(desk, exchange)
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

// Seen failing without the focus kept in the panel: it stood on the page, and the letters were its commands.
scene('the call under the caret gives way to an answered one: what is typed on goes nowhere', async ({ open, api }) => {
  const exchange = await connectExchange(api)
  try {
    const desk = await open({ as: 'iryna', width: 360, height: 740, theme: 'dark' })
    const { page } = desk
    const { panel, done } = await twoCalls(desk, exchange)
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
    // A call whose exchange leaves would stand on the next desk.
    await done
    await until(async () => (await api.get(`calls?filter=${encodeURIComponent('state!="ended"')}`))['calls'].length === 0, 'the calls are over')
  } finally {
    await exchange.stop()
  }
}, { timeoutMs: 120_000 })

// Seen failing: neither the panel nor the drawer of calls could change the client, and the call stayed with the one before when the request was put right.
scene('another than the owner of the number spoke: the client is put right in the panel, in the drawer of the call and in its request, and all three go together', async ({ open, api }) => {
  const exchange = await connectExchange(api)
  try {
    const phone = newPhone()
    const number = `+380${phone}`
    const owner = await makeParty(api, { name: `Власник ${newWord().word}`, phone })
    const speaker = await makeParty(api, { name: `Промовець ${newWord().word}` })
    const desk = await open({ as: 'iryna', width: 1280, height: 720 })
    const { page } = desk
    const panel = page.locator('aside.cp')
    const choose = async (where: Locator, name: string) => {
      await where.getByRole('button', { name: 'Змінити контрагента' }).click()
      await where.getByRole('combobox', { name: 'Хто насправді телефонував' }).and(page.locator(':focus')).fill(name)
      await shot(desk, `who really called ${name.split(' ')[0]}`)
      await page.getByRole('option', { name }).click()
    }
    void exchange.call({ callerNumber: number, callerName: '', extension: '1001', ringSeconds: 1, talkSeconds: 3 })
    await panel.filter({ hasText: owner['displayName'] }).filter({ hasText: 'Звернення зареєстровано' }).waitFor()
    const call = (await api.get(`calls?filter=${encodeURIComponent(`customerNumber="${number}"`)}`))['calls'][0]
    await until(async () => (await callsOn(api, owner['id'])) === 1, 'the call stands with the owner of the number')

    const requestOf = async () => (await api.get(`requests/${(await api.get(`calls/${call.id}`))['requestId']}`)) as Record<string, string>
    await choose(panel, speaker['displayName'])
    await toast(page, 'Дзвінок віднесено до клієнта')
    await panel.getByRole('heading', { name: speaker['displayName'] }).waitFor()
    await until(async () => (await callsOn(api, speaker['id'])) === 1 && (await callsOn(api, owner['id'])) === 0, 'the call went to the timeline of the one who spoke')
    await until(async () => (await requestOf())['counterpartyId'] === speaker['id'], 'its request went along')
    await page.keyboard.press('Alt+x')

    await desk.go(`/calls?open=${call.id}`)
    const drawer = page.locator('.drawer')
    await drawer.getByRole('link', { name: speaker['displayName'] }).waitFor()
    await shot(desk, 'drawer of a call')
    await choose(drawer, owner['displayName'])
    await drawer.getByRole('link', { name: owner['displayName'] }).waitFor()
    await until(async () => (await requestOf())['counterpartyId'] === owner['id'], 'its request came back')

    const { id } = await requestOf()
    await desk.go(`/requests?open=${id}`)
    await page.locator('article.rd').getByRole('button', { name: /^Змінити звернення/ }).click()
    const form = page.getByRole('dialog', { name: /^Змінити звернення/ })
    await form.getByLabel('Контрагент', { exact: true }).fill(speaker['displayName'])
    await page.getByRole('option', { name: speaker['displayName'] }).click()
    await form.getByRole('button', { name: 'Зберегти' }).click()
    await until(async () => (await api.get(`calls/${call.id}`))['counterpartyId'] === speaker['id'], 'the call went along with its request')
  } finally {
    await exchange.stop()
  }
}, { timeoutMs: 150_000 })

// Seen failing: the call had the firm alone, what was typed was gone, and the next call from the number was of nobody again.
scene('a client calls from a new number: the person is linked, the words stay, and the number goes to the card of the one who spoke', async ({ open, api }) => {
  const exchange = await connectExchange(api)
  try {
    const number = `+380${newPhone()}`
    const firm = await makeParty(api, { name: `ТОВ «${newWord().word}»` })
    const name = `${newWord().word} Сергій`
    const person = await api.post('contact-persons', { displayName: name, positions: [{ counterpartyId: firm['id'], title: 'Комірник' }], channels: [{ kind: 'phone', value: `+380${newPhone()}`, primary: true }] })
    const desk = await open({ as: 'iryna', width: 1280, height: 720 })
    const { page } = desk
    const panel = page.locator('aside.cp')
    const calls = async () => (await api.get(`calls?filter=${encodeURIComponent(`customerNumber="${number}"`)}`))['calls'] as Record<string, any>[]
    void exchange.call({ callerNumber: number, callerName: '', extension: '1001', ringSeconds: 1, talkSeconds: 5 })
    await panel.filter({ hasText: 'Розмова' }).filter({ hasText: said(number) }).waitFor()
    await panel.getByLabel('Тема').fill('Дві вітрини')
    await panel.getByLabel('Хто телефонує').fill(name)
    await panel.locator('.match').filter({ hasText: name }).getByRole('button', { name: 'Вибрати' }).click()
    await panel.getByRole('heading', { name }).waitFor()
    expect([await panel.getByLabel('Тема').inputValue(), await panel.getByLabel('Хто телефонує').inputValue()]).toEqual(['Дві вітрини', name])
    const offer = panel.getByRole('group', { name: 'Додати номер до картки?' })
    await offer.filter({ hasText: said(number) }).waitFor()
    await shot(desk, 'number offered for the card')
    await offer.getByRole('button', { name: 'Додати' }).click()
    await toast(page, 'Номер додано до картки')
    await offer.waitFor({ state: 'detached' })
    expect((await api.get(`contact-persons/${person['id']}`))['channels']).toMatchObject([{ primary: true }, { e164: number, primary: false }])

    await panel.filter({ hasText: 'Звернення зареєстровано' }).waitFor()
    await panel.getByLabel('Тема').click()
    await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok()), page.keyboard.press('Control+s')])
    const [call] = await calls()
    expect(call).toMatchObject({ counterpartyId: firm['id'], contactPersonId: person['id'] })
    expect(await api.get(`requests/${call!['requestId']}`)).toMatchObject({ counterpartyId: firm['id'], contactPersonId: person['id'], senderName: name, subject: 'Дві вітрини' })
    await page.keyboard.press('Alt+x')

    const { done } = exchange.call({ callerNumber: number, callerName: '', extension: '1001', ringSeconds: 1, talkSeconds: 1 })
    await panel.getByRole('heading', { name }).waitFor()
    await done
    await until(async () => (await calls()).length === 2 && (await calls()).every(({ state, contactPersonId }) => state === 'ended' && contactPersonId === person['id']), 'the next call is recognised')
  } finally {
    await exchange.stop()
  }
}, { timeoutMs: 150_000 })

// Seen failing: "Дзвінок — anonymous", and "Дзвінок скасовано" of a caller who hung up.
scene('a hidden number is told as one, and a caller who hangs up as a missed call', async ({ open, api }) => {
  const exchange = await connectExchange(api)
  try {
    const desk = await open({ as: 'iryna', width: 1280, height: 720 })
    const { page } = desk
    const panel = page.locator('aside.cp')
    void exchange.call({ callerNumber: 'anonymous', callerName: 'Anonymous', extension: '1001', ringSeconds: 1, talkSeconds: 2 })
    await panel.filter({ hasText: 'номер приховано, лінію вже внесено' }).waitFor()
    await panel.getByRole('link', { name: 'Дзвінок — номер приховано' }).click()
    await page.locator('article.rd').getByRole('heading', { name: 'Дзвінок — номер приховано' }).waitFor()
    await page.keyboard.press('Alt+x')
    await panel.waitFor({ state: 'detached' })
    await shot(desk, 'request of a hidden number')
    await page.locator('article.rd').getByRole('button', { name: /^Змінити звернення/ }).click()
    await page.getByRole('dialog', { name: /^Змінити звернення/ }).getByPlaceholder('Номер приховано', { exact: true }).waitFor()
    await shot(desk, 'form of a hidden number')
    expect(await page.locator('body').innerText()).not.toContain('anonymous')
    await page.keyboard.press('Escape')

    void exchange.call({ callerNumber: FIRST, callerName: '', extension: '1001', line: '5550102', ringSeconds: 2 })
    await panel.filter({ hasText: 'Пропущений: поклали слухавку' }).waitFor()
    await shot(desk, 'the caller hung up')
  } finally {
    await exchange.stop()
  }
})
