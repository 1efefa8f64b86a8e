// What a telephonist relies on in a request: the client known by the phone, and a mistake repaired where it stands.
import { expect } from '@jest/globals'
import type { Api } from '../../demo/src/load/api.ts'
import { makeParty, newPhone, newWord, structure, typedDay } from '../src/data.ts'
import { shot, toast } from '../src/desk.ts'
import { look } from '../src/look.ts'
import { scene } from '../src/scene.ts'

const ofSubject = async (api: Api, subject: string) => (await api.get(`requests?filter=${encodeURIComponent(`subject="${subject}"`)}`))['requests'][0]

async function register(api: Api, subject: string, phone: string): Promise<Record<string, any>> {
  const ids = await structure(api)
  return api.post('requests', { channel: 'call', subject, phone, branchId: ids.branch('KYIV'), ownerId: ids.employee('iryna') })
}

scene('a phone that is typed is recognised as that of a call, however fast the form is sent; the client can be taken off', async ({ open, api }) => {
  const { word } = newWord()
  const phone = newPhone()
  const party = await makeParty(api, { name: `ТОВ «${word}»`, phone })
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  const dialog = page.getByRole('dialog', { name: 'Зареєструвати звернення' })
  const fill = async (subject: string) => {
    await desk.go('/requests?create=true')
    await dialog.getByLabel('Тема').fill(subject)
    await dialog.getByLabel('Телефон').fill(`0${phone}`)
  }
  await fill(`${word} дивлюся`)
  await dialog.getByText('Впізнано за номером телефону.').waitFor()
  expect(await dialog.getByLabel('Контрагент').first().inputValue()).toBe(`ТОВ «${word}»`)
  await shot(desk, 'a request whose phone is known')
  await page.keyboard.press('Control+s')
  await toast(page, 'Звернення зареєстровано')
  expect(await ofSubject(api, `${word} дивлюся`)).toMatchObject({ counterpartyId: party['id'] })

  await fill(`${word} швидко`)
  const [saved] = await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/requests')), page.keyboard.press('Control+s')])
  expect(await saved.json()).toMatchObject({ counterpartyId: party['id'] })

  await fill(`${word} інший`)
  await dialog.getByText('Впізнано за номером телефону.').waitFor()
  await dialog.locator('.w2', { hasText: 'Контрагент' }).locator('.mantine-InputClearButton-root').click()
  await dialog.getByText('Впізнано за номером телефону.').waitFor({ state: 'detached' })
  const [without] = await Promise.all([page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/requests')), page.keyboard.press('Control+s')])
  expect((await without.json()).counterpartyId ?? '').toBe('')
})

scene('an open request is repaired in its pane: subject, text, phone and time; its sender becomes a client by the number or a new one', async ({ open, api }) => {
  const { word } = newWord()
  const [phone, other] = [newPhone(), newPhone()]
  const party = await makeParty(api, { name: `ПП «${word}»`, phone })
  const { id } = await register(api, `Помилка ${word}`, `+380${other}`)
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  const pane = page.locator('article.rd')
  await desk.go(`/requests?open=${id}`)
  await pane.getByText('Невідомий відправник').waitFor()
  await shot(desk, 'a request of an unknown sender')
  await page.setViewportSize({ width: 360, height: 800 })
  await shot(desk, 'a request on a phone')
  await page.setViewportSize({ width: 1440, height: 900 })

  await pane.getByRole('button', { name: /^Змінити звернення/ }).click()
  const dialog = page.getByRole('dialog', { name: /^Змінити звернення/ })
  await dialog.getByLabel('Тема').fill(`Виправлено ${word}`)
  await dialog.getByLabel('Суть звернення').fill('Не працює котел')
  await dialog.getByLabel('Хто звертається').fill(`Марта ${word}`)
  await dialog.getByRole('textbox', { name: 'Коли надійшло' }).fill(typedDay(-2))
  await shot(desk, 'a request being repaired')
  await page.keyboard.press('Control+s')
  await toast(page, 'Звернення збережено')
  await pane.getByText('Не працює котел').waitFor()
  const repaired = await api.get(`requests/${id}`)
  expect(repaired).toMatchObject({ subject: `Виправлено ${word}`, text: 'Не працює котел', phone: `+380${other}`, senderName: `Марта ${word}` })
  expect(Date.now() - Date.parse(repaired['receiveTime'])).toBeGreaterThan(1.5 * 86_400_000)

  await pane.getByRole('button', { name: 'Створити контрагента' }).click()
  const form = page.getByRole('dialog', { name: 'Створити контрагента' })
  expect(await form.getByLabel('Телефон').first().inputValue()).toBe(`+380${other}`)
  // Seen failing: it began as an organisation without a name, whoever asked.
  expect(await form.getByLabel('Вид', { exact: true }).and(page.locator('input')).inputValue()).toBe('Людина')
  expect(await form.getByLabel('Назва або ім’я').inputValue()).toBe(`Марта ${word}`)
  await shot(desk, 'a client made of a request')
  await form.getByLabel('Назва або ім’я').fill(`ФОП ${word}`)
  await form.getByRole('button', { name: 'Створити', exact: true }).click()
  await pane.getByRole('link', { name: `ФОП ${word}` }).waitFor()
  const { counterpartyId } = await api.get(`requests/${id}`)
  const { entries } = await api.get(`counterparties/${counterpartyId}/timeline`)
  expect(entries.map(({ kind, recordId }: Record<string, any>) => [kind, recordId])).toContainEqual(['request-changed', id])

  const second = await register(api, `Другий ${word}`, `+380${phone}`)
  await desk.go(`/requests?open=${second['id']}`)
  await pane.getByText(`Цей номер має ПП «${word}».`).waitFor()
  await shot(desk, 'a request whose number is known')
  await pane.getByRole('button', { name: 'Вибрати', exact: true }).click()
  await pane.getByRole('link', { name: `ПП «${word}»` }).waitFor()
  expect(await api.get(`requests/${second['id']}`)).toMatchObject({ counterpartyId: party['id'] })
})

// As a user met it: the second request of an unknown number stayed nobody's, and nothing told of it.
scene('what else came from an unknown number is offered: about the same, or of the same client', async ({ open, api }) => {
  const { word } = newWord()
  const phone = `+380${newPhone()}`
  const [first, second, third] = [await register(api, `Перше ${word}`, phone), await register(api, `Друге ${word}`, phone), await register(api, `Третє ${word}`, phone)]
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  const pane = page.locator('article.rd')
  await desk.go(`/requests?open=${third['id']}`)
  const same = pane.getByRole('group', { name: 'З цього ж номера' })
  await same.getByRole('link', { name: `${first['number']} · Перше ${word}` }).waitFor()
  expect(await look(desk, 'requests of one unknown number')).toEqual([])
  await same.getByRole('button', { name: `Це про те саме, що ${first['number']}` }).click()
  await toast(page, 'Це щодо звернення')
  expect(await api.get(`requests/${third['id']}`)).toMatchObject({ state: 'closed', sameAsId: first['id'] })
  await desk.go(`/requests?open=${first['id']}`)
  await pane.getByRole('button', { name: 'Створити контрагента' }).click()
  const form = page.getByRole('dialog', { name: 'Створити контрагента' })
  await form.getByLabel('Назва або ім’я').fill(`ФОП ${word}`)
  await form.getByRole('button', { name: 'Створити', exact: true }).click()
  await pane.getByRole('link', { name: `ФОП ${word}` }).waitFor()
  await shot(desk, 'requests of the number of a client')
  await same.getByRole('button', { name: 'Усе від цього клієнта' }).click()
  await same.waitFor({ state: 'detached' })
  const { counterpartyId } = await api.get(`requests/${first['id']}`)
  expect(await api.get(`requests/${second['id']}`)).toMatchObject({ counterpartyId })
  expect(desk.troubles).toEqual([])
})

// Seen failing: who entered a request by hand was told that the one who answered is not of the queue's group.
scene('why a request came to its owner says nothing of a call that there was not; its buttons stand evenly on a phone', async ({ open, api }) => {
  const { word } = newWord()
  const { id } = await api.post('requests', { channel: 'mail', subject: `Лист ${word}`, branchId: (await structure(api)).branch('KYIV') })
  const { routing } = await api.get(`requests/${id}`)
  expect(routing.skipped).toContain('answered')
  const desk = await open({ as: 'admin' })
  const { page } = desk
  await desk.go(`/requests?open=${id}`)
  const why = page.locator('.why')
  await why.waitFor()
  expect(await why.innerText()).not.toContain('відповів')
  const faults = await look(desk, 'why this owner')
  await page.setViewportSize({ width: 1024, height: 768 })
  await shot(desk, 'why this owner 1024')
  await page.setViewportSize({ width: 360, height: 740 })
  const boxes = await Promise.all((await page.locator('.rd-actions .btn').all()).map((button) => button.boundingBox()))
  const columns = new Set(boxes.map((box) => box!.x))
  expect(boxes.length).toBeGreaterThan(2)
  expect(columns.size).toBe(2)
  expect(new Set(boxes.slice(0, 2).map((box) => box!.width)).size).toBe(1)
  expect(faults).toEqual([])
})

scene('requests are gone through one after another; a page that breaks leaves the frame', async ({ open, api }) => {
  const { word } = newWord()
  for (const n of [1, 2, 3]) await register(api, `${word} ${n}`, newPhone())
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  await desk.go('/requests')
  const pane = page.locator('article.rd')
  // Seen failing in Chromium 156, where a scroll answers a promise: the second request took the whole client with it.
  for (const n of [1, 2, 3, 1]) {
    await page.locator('.rq', { hasText: `${word} ${n}` }).click()
    await pane.getByText(`${word} ${n}`).first().waitFor()
  }
  // The head of the list stays in its pane on a narrow screen. Seen failing, by 37 px, while it stood in one line.
  await page.setViewportSize({ width: 1024, height: 700 })
  expect(await page.locator('.rql .filters').evaluate((bar) => bar.scrollWidth - bar.clientWidth)).toBe(0)
  await shot(desk, 'requests at 1024')
})

scene('a number that several clients have is asked about in a request by hand; who is slower to take one is told who was quicker', async ({ open, api }) => {
  const { word } = newWord()
  const phone = newPhone()
  for (const name of ['Мати', 'Донька']) await makeParty(api, { name: `${name} ${word}`, phone })
  const desk = await open({ as: 'iryna' })
  const { page } = desk
  const dialog = page.getByRole('dialog', { name: 'Зареєструвати звернення' })
  await desk.go('/requests?create=true')
  await dialog.getByLabel('Тема').fill(`${word} чиє`)
  await dialog.getByLabel('Телефон').fill(`0${phone}`)
  await dialog.getByText('Цей номер мають кілька клієнтів').waitFor()
  await shot(desk, 'a number of several')
  await dialog.getByRole('button', { name: `Вибрати: Донька ${word}` }).click()
  expect(await dialog.getByLabel('Контрагент').first().inputValue()).toBe(`Донька ${word}`)
  await page.keyboard.press('Control+s')
  await toast(page, 'Звернення зареєстровано')
  const made = await ofSubject(api, `${word} чиє`)
  expect(made['counterpartyName']).toBe(`Донька ${word}`)

  const [slow, quick] = [await open({ as: 'iryna' }), await open({ as: 'admin' })]
  await slow.go(`/requests?open=${made['id']}`)
  const take = slow.page.getByRole('button', { name: 'Взяти собі' })
  await take.waitFor()
  // Nothing reaches the slower one meanwhile.
  await slow.page.route('**/api/v1/requests/*', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()))
  await quick.go(`/requests?open=${made['id']}`)
  await quick.page.getByRole('button', { name: 'Взяти собі' }).click()
  await toast(quick.page, 'Звернення взято в роботу')
  await slow.page.unroute('**/api/v1/requests/*')
  if (await take.isVisible()) await take.click()
  await take.waitFor({ state: 'detached' })
  await shot(slow, 'a request that another took')
})
