// Messages with receipts, and what employees are told of the work of other services.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { many, one, sql } from '@vitrylo/pg'
import { ImportEndedEvent, InteractionRemindedEvent, OpportunityChangedEvent, RecordSharesChangedEvent, RequestAssignedEvent, RequestRegisteredEvent } from '@vitrylo/proto/events.ts'
import { Message } from '@vitrylo/proto/vitrylo/directory/v1/message.ts'
import { MessageServiceService as messages } from '@vitrylo/proto/vitrylo/directory/v1/message_service.ts'
import { NotificationSettings } from '@vitrylo/proto/vitrylo/directory/v1/notification.ts'
import { NotificationServiceService as notifications } from '@vitrylo/proto/vitrylo/directory/v1/notification_service.ts'
import { branches, limitFields, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { SMTPServer } from 'smtp-server'
import { directory } from '../src/index.ts'
import { notificationSweep } from '../src/notification/sweep.ts'
import { mailText } from '../src/notification/mail-text.ts'
import { settle } from './settle.ts'

const KYIV = [{ section: 'messages', action: 'manage', scope: 'branch' }, { section: 'messages', action: 'create', scope: 'branch' }]

const mails: string[] = []
let smtp: SMTPServer
let service: TestService

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = ''
      stream.on('data', (part: Buffer) => (text += part.toString())).on('end', () => {
        mails.push(text)
        done()
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  const { port } = smtp.server.address() as { port: number }
  service = await startTestService(directory, { VITRYLO_SMTP_URL: `smtp://127.0.0.1:${port}`, VITRYLO_MAIL_FROM: 'Vitrylo <crm@vitrylo.example>', VITRYLO_MAIL_LANGUAGE: 'uk' })
  await settle(service)
  // Nadia, of Kyiv, manages the messages of her branch.
  await service.pool.query('insert into rights_group (id, name, cells, revision) values ($1, $2, $3, 1)', [people.nadia.id, people.nadia.id, JSON.stringify(KYIV)])
  await service.pool.query('update rights_version set version = version + 1')
  await until(async () => (await refusal(list('nadia'))) === 'accepted')
})

afterAll(async () => {
  await service?.stop()
  await new Promise<void>((resolve) => smtp.close(resolve))
})

const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason }) => `${code} ${reason}`)
const draft = (more: Partial<Message>) => ({ message: Message.fromPartial({ text: 'Нарада о 15:00', ...more }) })
const send = (as: PersonName, more: Partial<Message>, key?: string) => service.call(messages.sendMessage, draft(more), { as, key })
const broadcast = (as: PersonName, more: Partial<Message>) => service.call(messages.broadcastMessage, draft(more), { as })
const list = (as: PersonName) => service.call(messages.listMessages, { pageSize: 0, pageToken: '', filter: '', orderBy: '' }, { as })
const mine = (as: PersonName, unreadOnly = true) => service.call(notifications.listNotifications, { pageSize: 100, pageToken: '', unreadOnly }, { as })
const read = (as: PersonName, id: string) => service.call(notifications.readNotification, { id }, { as })
const receipts = async (as: PersonName, id: string, unreadOnly = false) =>
  (await service.call(messages.listMessageReceipts, { id, pageSize: 2, pageToken: '', unreadOnly }, { as })).receipts
const told = async () => (await service.published()).filter(({ type }) => type.endsWith('NotificationAdded')).map(({ headers }) => headers.recipients!.split(',').sort())

describe('a message', () => {
  // Seen failing: `visible` with true (taras saw it), `mine` without the employee (nobody had two).
  test('to one is seen by the one, by the sender, by who manages, and by nobody else', async () => {
    const sent = await send('admin', { employeeId: people.olena.id, text: '<b>не</b> розмітка\nдругий рядок' })
    expect(sent).toMatchObject({ senderId: people.admin.id, recipientCount: 1, readCount: 0 })
    const { notifications: got, unreadCount } = await mine('olena')
    expect(unreadCount).toBe(1)
    expect(got).toMatchObject([{ kind: 'NOTIFICATION_KIND_MESSAGE', title: '<b>не</b> розмітка\nдругий рядок', recordId: sent.id, senderId: people.admin.id }])
    expect((await mine('nobody')).notifications).toEqual([])
    expect(await refusal(service.call(messages.getMessage, { id: sent.id }, { as: 'nadia' }))).toBe('NOT_FOUND NOT_FOUND')
    expect(await refusal(receipts('nadia', sent.id))).toBe('NOT_FOUND NOT_FOUND')
    expect(await refusal(read('nobody', got[0]!.id))).toBe('NOT_FOUND NOT_FOUND')
    expect((await told()).at(-1)).toEqual([people.olena.id])
  })

  test('is read once: the first time stays, the sender sees it', async () => {
    const sent = await send('admin', { employeeId: people.taras.id, mustRead: true })
    const { id } = (await mine('taras')).notifications[0]!
    // All at once is no receipt.
    await service.call(notifications.readAllNotifications, {}, { as: 'taras' })
    expect((await mine('taras')).unreadCount).toBe(1)
    const first = await read('taras', id)
    expect((await read('taras', id)).readTime).toEqual(first.readTime)
    expect((await mine('taras')).unreadCount).toBe(0)
    expect(await receipts('admin', sent.id)).toMatchObject([{ employeeId: people.taras.id, readTime: first.readTime }])
    expect(await service.call(messages.getMessage, { id: sent.id })).toMatchObject({ readCount: 1 })
  })

  test('to many goes to all who can sign in, but not to its sender, and tells who has not read it', async () => {
    const sent = await broadcast('admin', { branchId: branches.head, mustRead: true })
    const readers = Object.values(people).filter(({ id }) => id !== people.admin.id && id !== people.gone.id)
    expect(sent.recipientCount).toBe(readers.length)
    const { id } = (await mine('bohdan')).notifications[0]!
    await read('bohdan', id)
    let unread: string[] = []
    for (let pageToken = ''; ; ) {
      const page = await service.call(messages.listMessageReceipts, { id: sent.id, pageSize: 2, pageToken, unreadOnly: true }, { as: 'admin' })
      unread = [...unread, ...page.receipts.map(({ employeeId }) => employeeId)]
      if ((pageToken = page.nextPageToken) === '') break
    }
    expect(unread.sort()).toEqual(readers.map((one) => one.id).filter((one) => one !== people.bohdan.id).sort())
    expect((await told()).at(-1)).toEqual(readers.map((one) => one.id).sort())
  })

  // Seen failing: `isReached` not looked at (Nadia wrote to Lviv).
  test('goes no further than the right of its sender, and to many only by the right for that', async () => {
    expect(await refusal(broadcast('nadia', { branchId: branches.lviv }))).toBe('PERMISSION_DENIED SCOPE_EXCEEDED')
    expect(await refusal(broadcast('nadia', { everybody: true }))).toBe('PERMISSION_DENIED SCOPE_EXCEEDED')
    for (const employeeId of [people.taras.id, '01900000-0000-7000-8000-00000000ffff']) expect(await refusal(send('nadia', { employeeId }))).toBe('PERMISSION_DENIED SCOPE_EXCEEDED')
    expect(await broadcast('nadia', { group: 'telephonists', branchId: undefined }).then(() => 'accepted', ({ reason }) => reason)).toBe('SCOPE_EXCEEDED')
    expect((await broadcast('nadia', { branchId: branches.kyiv })).recipientCount).toBe(4)
    expect(await refusal(broadcast('olena', { everybody: true }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
    expect(await refusal(send('olena', { employeeId: people.taras.id }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
    expect(await refusal(send('admin', { everybody: true }))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
    expect(await refusal(broadcast('admin', { employeeId: people.olena.id }))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
    expect(await refusal(send('admin', { employeeId: people.gone.id }))).toBe('FAILED_PRECONDITION NO_READERS')
    expect(await refusal(send('admin', { employeeId: people.olena.id, expireTime: new Date(0) }))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  })

  test('sent twice by one key comes once; one that has expired does not come at all', async () => {
    const before = (await mine('ihor')).unreadCount
    const [a, b] = await Promise.all([1, 2].map(() => send('admin', { employeeId: people.ihor.id }, 'same key')))
    expect(a).toEqual(b)
    expect((await mine('ihor')).unreadCount).toBe(before + 1)
    const late = await send('admin', { employeeId: people.ihor.id, expireTime: new Date(Date.now() + 60_000) })
    await service.pool.query(`update notification set expires_at = now() - interval '1 second' where message_id = $1`, [late.id])
    expect((await mine('ihor')).unreadCount).toBe(before + 1)
    expect((await mine('ihor', false)).notifications.map(({ recordId }) => recordId)).not.toContain(late.id)
    expect(await receipts('admin', late.id, true)).toHaveLength(1)
  })
})

const request = (ownerId: string, subject: string) => ({ id: '01900000-0000-7000-8000-00000000e001', subject, ownerId, branchId: branches.kyiv, state: 'REQUEST_STATE_NEW' })
const assigned = (ownerId: string, subject: string, actorId: string, time = new Date()) =>
  service.receive({ type: RequestAssignedEvent, key: '01900000-0000-7000-8000-00000000e001', revision: 1, data: RequestAssignedEvent.codec.fromPartial({ request: request(ownerId, subject), actorId }), time })
const titles = async (as: PersonName) => (await mine(as)).notifications.map(({ title }) => title)

describe('work', () => {
  // Seen failing: createTellOwner without `sees`, and without the look at the time.
  test('that becomes somebody’s is told to them, once, if they may see it, did it not themselves and it is no old story', async () => {
    await assigned(people.olena.id, 'зламався принтер', people.nadia.id)
    expect(await titles('olena')).toContain('зламався принтер')
    await assigned(people.olena.id, 'узяла сама', people.olena.id)
    await assigned(people.olena.id, 'торішнє', people.nadia.id, new Date(Date.now() - 2 * 86_400_000))
    const before = (await mine('nobody')).unreadCount
    await assigned(people.nobody.id, 'не бачить', people.nadia.id)
    expect((await mine('nobody')).unreadCount).toBe(before)
    expect(await titles('olena')).not.toEqual(expect.arrayContaining(['узяла сама']))
    expect(await titles('olena')).not.toEqual(expect.arrayContaining(['торішнє']))
    const own = (type: typeof RequestRegisteredEvent, data: object) => service.receive({ type, key: people.olena.id, revision: 1, data: type.codec.fromPartial(data) })
    await own(RequestRegisteredEvent, { request: request(people.olena.id, 'нове за правилом'), actorId: '' })
    const receivedBefore = (days: number, subject: string) => own(RequestRegisteredEvent, { request: { ...request(people.olena.id, subject), receiveTime: new Date(Date.now() - days * 86_400_000) }, actorId: '' })
    await receivedBefore(6, 'з минулих вихідних')
    await receivedBefore(8, 'для архіву')
    expect(await titles('olena')).toContain('з минулих вихідних')
    expect(await titles('olena')).not.toContain('для архіву')
    const opportunity = { id: '01900000-0000-7000-8000-00000000e002', title: 'Дах для школи', ownerId: people.olena.id, branchId: branches.kyiv }
    await own(OpportunityChangedEvent as never, { opportunity, actorId: people.nadia.id, changedFields: ['note'] })
    expect(await titles('olena')).not.toContain('Дах для школи')
    await own(OpportunityChangedEvent as never, { opportunity, actorId: people.nadia.id, changedFields: ['ownerId'] })
    const interaction = { id: '01900000-0000-7000-8000-00000000e003', subject: 'зустріч на об’єкті', ownerId: people.olena.id, branchId: branches.kyiv, startTime: new Date() }
    await own(InteractionRemindedEvent as never, { interaction })
    expect(await titles('olena')).toEqual(expect.arrayContaining(['нове за правилом', 'Дах для школи', 'зустріч на об’єкті']))
  })

  // Seen failing with `batchId` overlooked: a notice for each of them; then with jobs that know no sender: the second took the place of the first.
  test('many requests that are handed over at once are told of once, with their number; by two colleagues twice, even if both name the same batch', async () => {
    const batchId = '01900000-0000-7000-8000-0000000000b1'
    const hand = (n: number, actorId: string, ownerId = people.olena.id) => {
      const id = `01900000-0000-7000-8000-0000000000c${n}`
      return service.receive({ type: RequestAssignedEvent, key: id, revision: 1, data: RequestAssignedEvent.codec.fromPartial({ request: { ...request(ownerId, `з багатьох ${n}`), id } as object, actorId, batchId }) })
    }
    const gained = async (as: PersonName) => (await mine(as)).notifications.flatMap(({ kind, senderId, gains, recordId }) => gains.map((gain) => [kind, senderId, recordId, gain.kind, gain.count]))
    for (const n of [1, 2, 3]) await hand(n, people.nadia.id)
    await hand(4, people.nadia.id, people.nobody.id)
    for (const n of [5, 6]) await hand(n, people.admin.id)
    await until(async () => (await gained('olena')).length === 2, { timeoutMs: 15_000 })
    expect((await gained('olena')).sort((a, b) => Number(b[4]) - Number(a[4]))).toEqual([['NOTIFICATION_KIND_REQUEST_ASSIGNED', people.nadia.id, undefined, 'requests', 3], ['NOTIFICATION_KIND_REQUEST_ASSIGNED', people.admin.id, undefined, 'requests', 2]])
    expect((await titles('olena')).filter((title) => title.startsWith('з багатьох'))).toEqual([])
    expect(await gained('nobody')).toEqual([])
    expect((await service.pool.query('select from notice_batch')).rowCount).toBe(0)
    // Seen failing: a row whose job had failed for good stayed, and nobody was told.
    await service.pool.query(`insert into notice_batch (batch_id, employee_id, sender_id, kind, count, noted_at) values (uuidv7(), $1, $2, 'requests', 7, now() - interval '2 hours')`, [people.olena.id, people.nadia.id])
    await notificationSweep({ pool: service.pool, env: {}, now: () => new Date() }).each()
    await until(async () => (await gained('olena')).some((gain) => gain[4] === 7))
  })

  // Seen failing with the name given whatever the limits of fields say.
  test('of a call that nobody has given a subject is told with whose it was and that it was missed, as far as each may know it', async () => {
    const id = '01900000-0000-7000-8000-00000000e004'
    const call = (more: object = {}) =>
      service.receive({ type: RequestRegisteredEvent, key: id, revision: 1, data: RequestRegisteredEvent.codec.fromPartial({ request: { ...request(people.olena.id, ''), id, number: 'ЗВ-00004', counterpartyName: 'ТОВ «Телефонує»', missedCall: true, ...more } as object, actorId: '' }) })
    const told = async () => (await mine('olena')).notifications.filter(({ recordId }) => recordId === id).map(({ title, number, missedCall, counterpartyName }) => ({ title, number, missedCall, counterpartyName }))
    const whole = { title: '', number: 'ЗВ-00004', missedCall: true, counterpartyName: 'ТОВ «Телефонує»' }
    await call()
    expect(await told()).toEqual([whole])
    for (const [section, field] of [['requests', 'counterpartyId'], ['counterparties', 'displayName']] as const) {
      await limitFields(service.pool, 'telephonists', [{ section, field, limit: 'hide' }])
      await until(async () => (await told())[0]!.counterpartyName === '')
      expect(await told()).toEqual([{ ...whole, counterpartyName: '' }])
      await limitFields(service.pool, 'telephonists', [])
      await until(async () => (await told())[0]!.counterpartyName !== '')
    }
    await limitFields(service.pool, 'telephonists', [{ section: 'requests', field: 'counterpartyId', limit: 'hide' }])
    await until(async () => (await told())[0]!.counterpartyName === '')
    await call({ counterpartyName: 'ТОВ «Приховане»' })
    expect(await many(service.pool, sql`select from notification where counterparty_name like '%Приховане%' or title like '%Приховане%'`)).toEqual([])
    await limitFields(service.pool, 'telephonists', [])
    await until(async () => (await told())[0]!.counterpartyName !== '' || (await told())[1]!.counterpartyName !== '')
    // What has a subject keeps no name beside it.
    await call({ subject: 'протікає дах' })
    expect((await told()).find(({ title }) => title === 'протікає дах')).toMatchObject({ counterpartyName: '' })
  })

  test('tells a deadline by the clock of its reader', () => {
    const told = { kind: 'request-assigned', title: 'Дах', number: '', missedCall: false, counterpartyName: '', due_at: new Date('2026-11-22T08:00:00Z'), sender: null }
    expect(mailText(told, { language: 'uk', timeZone: 'Europe/Kyiv' }, undefined).text).toContain('22 листопада 2026 р. о 10:00')
  })

  test('comes by mail in the same words', () => {
    const told = { kind: 'request-assigned', title: '', number: 'ЗВ-00004', missedCall: true, counterpartyName: 'ТОВ «Телефонує»', due_at: null, sender: null }
    expect(mailText(told, { language: 'uk', timeZone: 'Europe/Kyiv' }, undefined).subject).toBe('Вам призначено звернення: Пропущений дзвінок — ТОВ «Телефонує»')
    expect(mailText({ ...told, missedCall: false }, { language: 'en', timeZone: 'Europe/Kyiv' }, undefined).subject).toBe('A request is yours now: Call — ТОВ «Телефонує»')
    expect(mailText({ ...told, missedCall: false, counterpartyName: '' }, { language: 'en', timeZone: 'Europe/Kyiv' }, undefined).subject).toBe('A request is yours now: ЗВ-00004')
  })

  // Seen failing: the title given whatever `sees` says.
  test('that went out of reach loses its title', async () => {
    await assigned(people.owner.id, 'моє звернення', people.nadia.id)
    expect(await titles('owner')).toContain('моє звернення')
    await service.pool.query(`update notification set section = 'pbxes' where employee_id = $1 and title = 'моє звернення'`, [people.owner.id])
    expect(await titles('owner')).not.toContain('моє звернення')
  })

  test('that was handed over loses its title for who had it, where their right is to own records', async () => {
    await assigned(people.owner.id, 'передане далі', people.nadia.id)
    expect(await titles('owner')).toContain('передане далі')
    await assigned(people.olena.id, 'передане далі', people.nadia.id)
    expect(await titles('owner')).not.toContain('передане далі')
    expect(await titles('olena')).toContain('передане далі')
  })

  // Seen failing: the title kept and given whatever the limits of fields say.
  test('bears no title that a limit of fields hides, be it older than the limit', async () => {
    const limit = (limits: Parameters<typeof limitFields>[2]) => limitFields(service.pool, 'telephonists', limits)
    await assigned(people.olena.id, 'явне', people.nadia.id)
    await limit([{ section: 'requests', field: 'subject', limit: 'hide' }])
    await until(async () => !(await titles('olena')).includes('явне'))
    await assigned(people.olena.id, 'таємне', people.nadia.id)
    expect(await many(service.pool, sql`select 1 from notification where title = 'таємне'`)).toEqual([])
    await limit([])
    await until(async () => (await titles('olena')).includes('явне'))
  })
})

// Seen failing with an unknown word refused: the whole list was a fault of the program until it had aged out.
test('a kind that only a later release knows is shown by its title', async () => {
  await service.pool.query(`insert into notification (employee_id, kind, title, section, in_client, created_at) values ($1, 'of-tomorrow', 'завтрашнє', '', true, now())`, [people.bohdan.id])
  const { notifications: [told] } = await mine('bohdan')
  expect(told).toMatchObject({ kind: 'NOTIFICATION_KIND_MESSAGE', title: 'завтрашнє' })
})

// Seen failing with `noAccount` left out, and with the entry of a command without an event told of once more.
test('who reads their own notices changes no data: the audit is told nothing; of what they choose it is told once', async () => {
  for (let i = 0; i < 2; i++) await send('nadia', { employeeId: people.olena.id })
  const { notifications: [told] } = await mine('olena')
  const before = (await service.recorded()).length
  await read('olena', told!.id)
  await service.call(notifications.readAllNotifications, {}, { as: 'olena' })
  expect((await mine('olena')).notifications.filter(({ mustRead }) => !mustRead)).toEqual([])
  await service.call(notifications.setNotificationSettings, { settings: NotificationSettings.fromPartial({ choices: [] }) }, { as: 'olena' })
  expect((await service.recorded()).slice(before).map(({ method, section }) => [method, section])).toEqual([['NotificationService.SetNotificationSettings', '']])
})

describe('an import', () => {
  const ended = (as: PersonName, state: string, more: object = {}, time = new Date()) => {
    const ending = { importId: '01900000-0000-7000-8000-00000000e010', kind: 'opportunity', state, created: 7n, failed: 2n, ...more }
    return service.receive({ type: ImportEndedEvent, key: ending.importId, revision: 1, data: ImportEndedEvent.codec.fromPartial({ ending, employeeId: people[as].id, fileName: 'угоди.csv' } as object), time })
  }
  const imports = async (as: PersonName) => (await mine(as)).notifications.filter(({ kind }) => kind === 'NOTIFICATION_KIND_IMPORT_ENDED')

  // Seen failing with the handler left out of the service, without the look at the time, and with the choice not looked at.
  test('that ended is told to who began it and nobody else, with its figures and the import to open; each may switch it off or take it by mail', async () => {
    await ended('ihor', 'IMPORT_STATE_DONE')
    await ended('ihor', 'IMPORT_STATE_FAILED', {}, new Date(Date.now() - 2 * 86_400_000))
    const [told] = await imports('ihor')
    expect(await imports('ihor')).toHaveLength(1)
    expect(told).toMatchObject({ title: 'угоди.csv', recordId: '01900000-0000-7000-8000-00000000e010', importEnding: { kind: 'opportunity', state: 'IMPORT_STATE_DONE', created: 7n, failed: 2n } })
    expect(await imports('nadia')).toEqual([])
    const choose = (choice: object) => service.call(notifications.setNotificationSettings, { settings: NotificationSettings.fromPartial({ choices: [choice] } as object) }, { as: 'ihor' })
    await choose({ kind: 'NOTIFICATION_KIND_IMPORT_ENDED', inClient: false, byMail: true })
    await service.pool.query(`update employee set email = 'ihor@vitrylo.example' where id = $1`, [people.ihor.id])
    const before = mails.length
    await ended('ihor', 'IMPORT_STATE_PAUSED')
    await until(() => mails.length > before)
    const text = Buffer.from(mails.at(-1)!.split('\r\n\r\n').slice(1).join(''), 'base64').toString() + mails.at(-1)!
    expect(text).toContain('призупинено')
    expect(await imports('ihor')).toHaveLength(1)
    await choose({ kind: 'NOTIFICATION_KIND_IMPORT_ENDED', inClient: false, byMail: false })
    await ended('ihor', 'IMPORT_STATE_FAILED')
    expect(await imports('ihor')).toHaveLength(1)
    mails.length = 0
  })
})

describe('a record that is shared', () => {
  const record = '01900000-0000-7000-8000-00000000f0a1'
  const KIND = 'NOTIFICATION_KIND_RECORD_SHARED'
  let revision = Date.now()
  const shared = (holders: readonly string[], { givenBy = people.admin.id as string, time = new Date(), branchId = branches.lviv as string | null, action = 'ACTION_VIEW' } = {}) =>
    service.receive({
      type: RecordSharesChangedEvent, key: record, revision: ++revision, time, ...(branchId !== null && { branchId, ownerId: people.taras.id }),
      data: RecordSharesChangedEvent.codec.fromPartial({ section: 'counterparties', recordId: record, shares: holders.map((holder) => ({ holder, action, givenBy, givenTime: time })) } as object),
    })
  const of = async (as: PersonName) => (await mine(as)).notifications.filter(({ kind }) => kind === KIND).map(({ recordId, senderId, title, section }) => ({ recordId, senderId, title, section }))
  const told = { recordId: record, senderId: people.admin.id, title: '', section: 'counterparties' }

  // Seen failing with `added` not looked at (told again of what they had), with the owner taken for the reader (the ended share named
  // the record), with the place not asked for (a hand-over told), and with the groups left out.
  test('is told to whom it was shared with, once, also by a group, not to who gave it; when the share ends it is not named any more', async () => {
    await shared([people.olena.id])
    expect(await of('olena')).toEqual([told])
    await shared([people.olena.id, 'sales-heads'])
    await shared([people.olena.id, 'sales-heads'], { action: 'ACTION_CHANGE' })
    expect([await of('olena'), await of('head'), await of('nadia')]).toEqual([[told], [told], []])
    await shared(['sales-heads'])
    expect(await of('olena')).toEqual([{ ...told, recordId: undefined }])
    await shared(['sales-heads', people.nadia.id], { givenBy: people.nadia.id })
    await shared(['sales-heads', people.nadia.id, people.ihor.id], { branchId: null })
    await shared(['sales-heads', people.nadia.id, people.ihor.id, people.bohdan.id], { time: new Date(Date.now() - 2 * 86_400_000) })
    expect([await of('nadia'), await of('ihor'), await of('bohdan')]).toEqual([[], [], []])
  })

  // Seen failing without `rights.refresh()` in the mail job: the letter was judged by the rights of before and never left.
  test('is told by mail as well, with a link and without a name', async () => {
    await service.call(notifications.setNotificationSettings, { settings: NotificationSettings.fromPartial({ choices: [{ kind: KIND, inClient: true, byMail: true }] } as object) }, { as: 'owner' })
    await service.pool.query(`update employee set email = 'owner@vitrylo.example' where id = $1`, [people.owner.id])
    const other = '01900000-0000-7000-8000-00000000f0a2'
    await service.receive({
      type: RecordSharesChangedEvent, key: other, revision: 1, branchId: branches.kyiv, ownerId: people.nadia.id,
      data: RecordSharesChangedEvent.codec.fromPartial({ section: 'counterparties', recordId: other, shares: [{ holder: people.owner.id, action: 'ACTION_VIEW', givenBy: people.nadia.id, givenTime: new Date() }] } as object),
    })
    await until(() => mails.some((mail) => mail.includes('To: owner@')))
    mails.length = 0
  })
})

describe('where one is told', () => {
  const settings = (as: PersonName) => service.call(notifications.getNotificationSettings, {}, { as })
  const choose = (as: PersonName, choice: object) => service.call(notifications.setNotificationSettings, { settings: NotificationSettings.fromPartial({ choices: [choice] } as object) }, { as })
  const REQUESTS = 'NOTIFICATION_KIND_REQUEST_ASSIGNED'

  // Seen failing: byMail not looked at in notify (no mail came), in_client taken for true (it came in the client too).
  test('is chosen by each: by mail alone it does not come in the client, and the other way round', async () => {
    expect((await settings('taras')).choices).toContainEqual({ kind: REQUESTS, inClient: true, byMail: false })
    await choose('bohdan', { kind: REQUESTS, inClient: false, byMail: true })
    await service.pool.query(`update employee set email = 'bohdan@vitrylo.example' where id = $1`, [people.bohdan.id])
    const subject = 'лист\r\nBcc: x@evil.example\r\n\r\nтіло'
    await service.receive({ type: RequestAssignedEvent, key: people.bohdan.id, revision: 1, data: RequestAssignedEvent.codec.fromPartial({ request: { ...request(people.bohdan.id, subject), branchId: branches.lviv }, actorId: people.nadia.id } as object) })
    await until(() => mails.length === 1)
    expect(mails[0]).toMatch(/^To: bohdan@vitrylo\.example\r$/m)
    expect(mails[0]!.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im)
    expect(await titles('bohdan')).not.toContain(subject)
    await assigned(people.olena.id, 'лише тут', people.nadia.id)
    await until(async () => (await one<{ count: number }>(service.pool, sql`select count(*)::int as count from graphile_worker.jobs`))!.count === 0)
    expect(mails).toHaveLength(1)
  })

  test('a letter that waits is not sent when its record went out of reach meanwhile', async () => {
    await service.pool.query(`update employee set email = 'owner@vitrylo.example' where id = $1`, [people.owner.id])
    await choose('owner', { kind: REQUESTS, inClient: true, byMail: true })
    const before = mails.length
    // The queue stands still while the letter waits.
    await service.pool.query(`create function hold() returns trigger language plpgsql as $$ begin new.run_at = now() + interval '1 hour'; return new; end $$`)
    await service.pool.query('create trigger hold before insert on graphile_worker._private_jobs for each row execute function hold()')
    await assigned(people.owner.id, 'лист, що чекає', people.nadia.id)
    await service.pool.query('drop trigger hold on graphile_worker._private_jobs')
    await assigned(people.olena.id, 'лист, що чекає', people.nadia.id)
    await service.pool.query('update graphile_worker._private_jobs set run_at = now()')
    await service.pool.query(`select pg_notify('jobs:insert', '{"r":"x","count":1}')`)
    await until(async () => (await one<{ count: number }>(service.pool, sql`select count(*)::int as count from graphile_worker.jobs`))!.count === 0)
    expect(mails).toHaveLength(before)
  })

  test('mail that cannot be sent is refused and said to be so; messages cannot be silenced', async () => {
    await service.pool.query('update employee set email = null where id = $1', [people.taras.id])
    expect((await settings('taras')).mail).toBe('MAIL_STATE_NO_ADDRESS')
    expect(await refusal(choose('taras', { kind: REQUESTS, inClient: true, byMail: true }))).toBe('FAILED_PRECONDITION MAIL_NOT_AVAILABLE')
    expect(await refusal(choose('taras', { kind: 'NOTIFICATION_KIND_MESSAGE', inClient: false, byMail: false }))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
    expect(await many(service.pool, sql`select 1 from notification_choice where employee_id = ${people.taras.id}`)).toEqual([])
  })
})
