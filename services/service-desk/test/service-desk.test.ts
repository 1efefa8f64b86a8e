import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { OutgoingEvent } from '@vitrylo/events'
import { exec, many, sql } from '@vitrylo/pg'
import { BranchChangedEvent, CallCorrectedEvent, CallEndedEvent, CounterpartyChangedEvent, CounterpartyCreatedEvent, OpportunityCreatedEvent, RequestAssignedEvent, SubjectPartErasedEvent } from '@vitrylo/proto/events.ts'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { QueueServiceService as Queues, CreateQueueRequest, UpdateQueueRequest } from '@vitrylo/proto/vitrylo/servicedesk/v1/queue_service.ts'
import { RequestChannel, RequestState, RoutingRule, type Request } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { RequestAccessServiceService as Access } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_access_service.ts'
import { CreateRequestRequest, RequestServiceService as Requests, UpdateRequestRequest } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import { Call, CallDirection, CallDisposition } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import { RequestRetentionRuleServiceService as Rules } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_retention_rule_service.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { SetSharesRequest } from '@vitrylo/proto/vitrylo/sharing/v1/sharing.ts'
import { carryOutDue, newId, type Deps } from '@vitrylo/service'
import { besides, branches, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { serviceDesk } from '../src/index.ts'
import { retained } from '../src/retention/resources.ts'

let service: TestService
let deps: Deps
const kyivClient = randomUUID()
const lvivClient = randomUUID()

beforeAll(async () => {
  service = await startTestService({ ...serviceDesk, sweeps: (given) => { deps = given; return [] } })
  await service.receive(
    client(kyivClient, 'ТОВ «Дніпровські млини»', 'nadia', 1),
    client(lvivClient, 'Готель «Стара ратуша»', 'bohdan', 1),
  )
  await add({ name: 'sales', title: 'Продаж', group: 'sales-managers', answerMinutes: 60, callBackMinutes: 15 })
})
afterAll(() => service.stop())

const add = (queue: object) => service.call(Queues.createQueue, CreateQueueRequest.fromPartial({ queue }))
const branchOf = { nadia: branches.kyiv, bohdan: branches.lviv } as const

function client(id: string, displayName: string, responsible: 'nadia' | 'bohdan', revision: number): OutgoingEvent {
  const counterparty = Counterparty.fromPartial({ id, displayName, responsibleId: people[responsible].id, branchId: branchOf[responsible] })
  return { type: revision === 1 ? CounterpartyCreatedEvent : CounterpartyChangedEvent, key: id, revision, data: { counterparty, actorId: '', changedFields: [] } }
}

type As = PersonName | 'machine'
const register = (request: object, as: As = 'olena', key?: string) =>
  service.call(Requests.createRequest, CreateRequestRequest.fromPartial({ request: { channel: RequestChannel.VISIT, subject: 'Питання', ...request } }), { as, key })
const get = (id: string, as: As = 'admin') => service.call(Requests.getRequest, { id }, { as })
const found = async (filter: string, as: As = 'admin', orderBy = '') =>
  (await service.call(Requests.listRequests, { pageSize: 0, pageToken: '', filter, orderBy }, { as })).requests
const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason }) => `${code} ${reason}`)
const change = (id: string, request: object, updateMask: string[], as: As = 'admin', etag = '') =>
  service.call(Requests.updateRequest, UpdateRequestRequest.fromPartial({ request: { id, etag, ...request }, updateMask }), { as })
const eventsOf = async (id: string) => (await service.published()).filter(({ key }) => key === id).map(({ type }) => type.split('.').at(-1))

function callEnded(more: object = {}, id: string = newId(), type = CallEndedEvent): OutgoingEvent {
  const call = Call.fromPartial({
    id, direction: CallDirection.INBOUND, disposition: CallDisposition.ANSWERED, branchId: branches.kyiv,
    customerNumber: '+380445550118', ...more,
  })
  return { type, key: id, revision: 9, data: { call } }
}
const ofCall = async (event: OutgoingEvent): Promise<Request | undefined> => (await found(`callId="${event.key}"`))[0]

test('a request by hand gets number, owner with the reason, branch and deadline, and is announced to all who may see it', async () => {
  const saved = await register({ counterpartyId: kyivClient, text: 'Коли буде рахунок?' })
  expect(saved).toMatchObject({
    state: RequestState.NEW, ownerId: people.nadia.id, branchId: branches.kyiv, queue: 'default', counterpartyName: 'ТОВ «Дніпровські млини»',
    routing: { rule: RoutingRule.RESPONSIBLE, skipped: [] }, etag: '1',
  })
  expect(saved.number).toMatch(/^ЗВ-\d{5}$/)
  expect(saved.dueTime!.getTime() - saved.createTime!.getTime()).toBe(240 * 60_000)
  expect(await get(saved.id, 'olena')).toEqual({ ...saved, access: expect.anything() })
  const [event] = (await service.published()).filter(({ key }) => key === saved.id)
  expect(event).toMatchObject({
    type: 'vitrylo.servicedesk.v1.RequestRegistered', revision: 1,
    headers: { section: 'requests', branch: branches.kyiv, owner: people.nadia.id, counterparty: kyivClient },
    data: { request: { number: saved.number }, actorId: people.olena.id },
  })
  // For browsers of all who may see it: with recipients it would be for those alone.
  expect(event!.headers.recipients).toBeUndefined()
})

test('a call from outside becomes one request, however often its end is told', async () => {
  const event = callEnded({ counterpartyId: lvivClient, queues: ['unknown', 'sales'] })
  await service.receive(event)
  await service.receive({ ...event, id: randomUUID() })
  await service.receive(callEnded({ counterpartyId: kyivClient }, event.key), callEnded({ direction: CallDirection.OUTBOUND }), callEnded({ direction: CallDirection.INTERNAL }))
  expect(await found(`callId="${event.key}"`)).toHaveLength(1)
  expect(await ofCall(event)).toMatchObject({
    channel: RequestChannel.CALL, subject: '', ownerId: people.bohdan.id, branchId: branches.lviv,
    queue: 'sales', phone: '+380445550118', missedCall: false, routing: { rule: RoutingRule.RESPONSIBLE, group: '' },
  })
  const { id } = (await ofCall(event))!
  expect(await eventsOf(id)).toEqual(['RequestRegistered'])
  // Seen failing without the company of the handlers: who gave the request its owner stood nowhere.
  const entry = (await service.recorded()).find(({ recordId, method }) => recordId === id && method === 'Event.CallEnded')
  // Seen failing: a request that a call registered was told to have been changed.
  expect(entry).toMatchObject({ kind: AuditKind.WRITE, section: 'requests', action: 'create', username: 'system', actorId: '', ground: undefined, branchId: branches.lviv, ownerId: people.bohdan.id })
  expect(JSON.parse(entry!.detail)).toMatchObject({ key: event.key, cause: 'vitrylo.telephony.v1.CallEnded' })
})

// Seen failing: a number stood as typed, so one line of the journal looked unlike the next and no filter found both.
test('a phone is kept as a call’s is, however it was written; what is no number stays as given', async () => {
  const saved = await register({ phone: ' 044 555-01-80 ' })
  expect(saved.phone).toBe('+380445550180')
  expect(await change(saved.id, { phone: '0038 (044) 555 01 80' }, ['phone'])).toEqual(saved)
  expect((await change(saved.id, { phone: '+48 22 555 01 80' }, ['phone'])).phone).toBe('+48225550180')
  expect((await change(saved.id, { phone: ' 1001, охорона ' }, ['phone'])).phone).toBe('1001, охорона')
  // Seen failing: a number was picked out of each, and the floor, the second number, the extension and the word were gone for good.
  for (const phone of ['098 111 22 33; 3-й поверх', '0981112233, 0672223344', '+380445550180 дод. 12', 'тел. 0671234567 син']) {
    expect((await change(saved.id, { phone }, ['phone'])).phone).toBe(phone)
  }
})

// Seen failing: "098 12" was taken, and the client was called back by it.
test('a phone that nobody could be called by is refused, unless a call brought it', async () => {
  const wrong = { code: 'INVALID_ARGUMENT', violations: [{ field: 'phone', rule: 'phone-digits' }] }
  await expect(register({ phone: '098 12' })).rejects.toMatchObject(wrong)
  const saved = await register({ phone: '112' })
  await expect(change(saved.id, { phone: '12' }, ['phone'])).rejects.toMatchObject(wrong)
  expect((await change(saved.id, { phone: '' }, ['phone'])).phone).toBe('')
  const ofCall = await register({ channel: RequestChannel.CALL, callId: newId(), subject: '', phone: 'anonymous' })
  expect((await change(ofCall.id, { subject: 'Прихований номер', phone: 'anonymous' }, ['subject', 'phone']))).toMatchObject({ subject: 'Прихований номер', phone: 'anonymous' })
})

test('a missed call is due by the call-back time and goes to the group of its queue', async () => {
  const event = callEnded({ disposition: CallDisposition.ABANDONED_IN_QUEUE, queues: ['sales'], branchId: branches.lviv })
  await service.receive(event)
  const saved = (await ofCall(event))!
  expect(saved).toMatchObject({ missedCall: true, ownerId: people.bohdan.id, routing: { rule: RoutingRule.QUEUE_GROUP, group: 'sales-managers' } })
  expect(saved.dueTime!.getTime() - saved.createTime!.getTime()).toBe(15 * 60_000)
})

test('who answered owns the request of an unknown caller', async () => {
  const event = callEnded({ queues: ['sales'], answeredBy: { extension: '1001', employeeId: people.ihor.id } })
  await service.receive(event)
  expect(await ofCall(event)).toMatchObject({ ownerId: people.ihor.id, routing: { rule: RoutingRule.ANSWERED, skipped: [] } })
})

// Seen failing: what the caller had said could be written down by nobody, for who talked saw no such request.
test('who talked writes down what was said, whosever the request is, for a day', async () => {
  const event = callEnded({ counterpartyId: lvivClient, ownerAgent: { extension: '1001', employeeId: people.ihor.id } })
  await service.receive(event)
  const { id, ownerId } = (await ofCall(event))!
  expect(ownerId).toBe(people.bohdan.id)
  expect((await change(id, { text: 'Просить рахунок до п’ятниці' }, ['text'], 'ihor')).text).toBe('Просить рахунок до п’ятниці')
  const { shares } = await service.call(Access.listShares, { recordId: id }, { as: 'admin' })
  expect(shares).toEqual([{ holder: people.ihor.id, action: Action.CHANGE, untilTime: expect.any(Date), givenBy: 'system', givenTime: expect.any(Date) }])
  expect(shares[0]!.untilTime!.getTime() - shares[0]!.givenTime!.getTime()).toBe(86_400_000)
  // Their own need no share.
  const own = callEnded({ queues: ['sales'], answeredBy: { extension: '1001', employeeId: people.ihor.id } })
  await service.receive(own)
  expect((await service.call(Access.listShares, { recordId: (await ofCall(own))!.id }, { as: 'admin' })).shares).toEqual([])
})

test('a client that is found out later comes into the request once and does not overwrite one', async () => {
  const event = callEnded()
  await service.receive(event)
  await service.receive(callEnded({ counterpartyId: kyivClient }, event.key, CallCorrectedEvent))
  await service.receive(callEnded({ counterpartyId: lvivClient }, event.key, CallCorrectedEvent))
  const saved = (await ofCall(event))!
  expect(saved).toMatchObject({ counterpartyId: kyivClient, etag: '2' })
  expect(await eventsOf(saved.id)).toEqual(['RequestRegistered', 'RequestChanged'])
  expect((await service.recorded()).filter(({ recordId }) => recordId === saved.id).map(({ action, method }) => `${action} ${method}`)).toEqual(['create Event.CallEnded', 'change Event.CallCorrected'])
})

test('a call that was registered by hand while it lasted gets no second request', async () => {
  const callId = newId()
  const saved = await register({ callId, channel: RequestChannel.CALL })
  await service.receive(callEnded({}, callId))
  expect((await found(`callId="${callId}"`)).map(({ id }) => id)).toEqual([saved.id])
  expect(await refusal(register({ callId }))).toBe('ALREADY_EXISTS TAKEN')
})

// Seen failing without the release: the call had no request of its own, and nobody of Lviv was told to call back.
test('a request that names a call out of its author’s reach does not take the place of the call’s own', async () => {
  const callId = newId()
  const foreign = await register({ callId, channel: RequestChannel.CALL, subject: 'Чужий дзвінок' })
  await service.receive(callEnded({ counterpartyId: lvivClient, branchId: branches.lviv, disposition: CallDisposition.ABANDONED_IN_QUEUE }, callId))
  const [own, ...more] = await found(`callId="${callId}"`)
  expect(more).toEqual([])
  expect(own).toMatchObject({ missedCall: true, branchId: branches.lviv, counterpartyId: lvivClient })
  expect(await get(foreign.id)).toMatchObject({ callId: undefined, subject: 'Чужий дзвінок', etag: '2' })
  expect(await eventsOf(foreign.id)).toEqual(['RequestRegistered', 'RequestChanged'])
})

// Seen failing: with a minimum of one month the rule was taken; without the holds the client with an open request lost the closed one too.
test('closed requests lose their words when a rule says so, not those of who has open ones, and not before the law allows', async () => {
  const rule = { displayName: 'Звернення', resource: 'requests', ageMonths: 36, filter: 'channel = visit' }
  const save = (more: object) => service.call(Rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ ...rule, ...more }) })
  await expect(save({ ageMonths: 35 })).rejects.toMatchObject({ violations: [{ field: 'ageMonths', rule: 'minimum' }] })
  await expect(save({ resource: 'calls' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  await expect(save({ filter: 'nothing = 1' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  const [busy, free] = [randomUUID(), randomUUID()]
  await service.receive(client(busy, 'Зайнятий', 'nadia', 1), client(free, 'Вільний', 'nadia', 1))
  const closed = async (more: object) => {
    const { id } = await register({ subject: 'Давнє питання', text: 'слова', ...more })
    await service.call(Requests.takeRequest, { id, etag: '' }, { as: 'admin' })
    await service.call(Requests.closeRequest, { id, etag: '', resolution: 'вирішено' })
    await exec(service.pool, sql`update request set closed_at = now() - interval '37 months' where id = ${id}`)
    return id
  }
  const [taken, held, fresh, other] = [await closed({ counterpartyId: free }), await closed({ counterpartyId: busy }), await closed({}), await closed({ channel: RequestChannel.MAIL })]
  await exec(service.pool, sql`update request set closed_at = now() where id = ${fresh}`)
  await register({ counterpartyId: busy })
  const { id } = await save({ enabled: true })
  expect(await service.call(Rules.previewRetentionRule, { id })).toMatchObject({ count: 1, items: [{ id: taken, displayName: 'Давнє питання' }], held: [{ reason: 'open-case', count: 1 }] })
  await carryOutDue(deps, retained)
  await carryOutDue(deps, retained)
  const [gone] = [await get(taken)]
  expect(gone).toMatchObject({ subject: '', text: '', resolution: '', state: RequestState.CLOSED, counterpartyId: free })
  for (const stays of [held, fresh, other]) expect((await get(stays)).subject).toBe('Давнє питання')
  expect(await service.call(Rules.getRetentionRule, { id })).toMatchObject({ runCount: 1, totalCount: 1 })
  const told = (await service.published()).filter(({ type }) => type === SubjectPartErasedEvent.type)
  expect(told).toMatchObject([{ data: { service: 'service-desk', recordIds: [taken] } }])
  expect((await eventsOf(taken)).at(-1)).toBe('RequestChanged')
  expect((await service.recorded()).some(({ method, recordId }) => method === 'RetentionRule' && recordId === taken)).toBe(true)
})

// Seen failing: without the catch the broken rule, whose turn is first, was the end of the round; without the lock the one that was opened again lost its words.
test('a rule that cannot run keeps no other from its turn, and what is opened again meanwhile is not taken', async () => {
  const save = (more: object) => service.call(Rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: 'Звернення', resource: 'requests', ageMonths: 36, filter: 'channel = letter', enabled: true, ...more }) })
  const closed = async () => {
    const { id } = await register({ channel: RequestChannel.LETTER, subject: 'Лист', text: 'слова' })
    await exec(service.pool, sql`update request set state = 'closed', closed_at = now() - interval '40 months' where id = ${id}`)
    return id
  }
  const [broken, sound] = [await save({}), await save({})]
  await exec(service.pool, sql`update retention_rule set filter = 'custom.gone = 1' where id = ${broken.id}`)
  const [opened, other] = [await closed(), await closed()]
  const [round] = await besides(
    service.pool, (tx) => exec(tx, sql`update request set state = 'in-progress', closed_at = null where id = ${opened}`),
    () => carryOutDue(deps, retained).then(() => 'done', ({ code }) => code),
  )
  expect(round).toBe('INVALID_ARGUMENT')
  expect([await get(opened), await get(other)]).toMatchObject([{ subject: 'Лист', text: 'слова' }, { subject: '', text: '' }])
  for (const { id } of [broken, sound]) await service.call(Rules.deleteRetentionRule, { id })
})

// Seen failing: known by its subject alone it kept the phone for good.
test('a request of a call that nobody gave a subject loses its phone by the rule like any other, once', async () => {
  const { id: rule } = await service.call(Rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: 'Звернення', resource: 'requests', ageMonths: 36, filter: 'callId != null', enabled: true }) })
  const event = callEnded()
  await service.receive(event)
  const { id, number } = (await ofCall(event))!
  await exec(service.pool, sql`update request set state = 'closed', closed_at = now() - interval '40 months' where id = ${id}`)
  expect(await service.call(Rules.previewRetentionRule, { id: rule })).toMatchObject({ items: [{ id, displayName: number }] })
  await carryOutDue(deps, retained)
  expect(await get(id)).toMatchObject({ subject: '', phone: '', callId: event.key })
  expect(await service.call(Rules.previewRetentionRule, { id: rule })).toMatchObject({ count: 0 })
  await service.call(Rules.deleteRetentionRule, { id: rule })
})

// Seen failing: with nothing but a name it was known by no word, and the rule passed it by.
test('an unknown sender’s name is kept, corrected and found; one of a call needs no subject; the rule takes the name too', async () => {
  const { id: rule } = await service.call(Rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: 'Звернення', resource: 'requests', ageMonths: 36, filter: 'callId != null', enabled: true }) })
  const { id } = await register({ channel: RequestChannel.CALL, callId: newId(), subject: '', senderName: ' Ганна, сусідка ' })
  expect(await get(id)).toMatchObject({ subject: '', phone: '', senderName: 'Ганна, сусідка' })
  expect((await change(id, { senderName: 'Ганна Пізня' }, ['senderName'])).senderName).toBe('Ганна Пізня')
  expect((await found('senderName = "Ганна Пізня"')).map((one) => one.id)).toEqual([id])
  await exec(service.pool, sql`update request set state = 'closed', closed_at = now() - interval '40 months' where id = ${id}`)
  await carryOutDue(deps, retained)
  expect(await get(id)).toMatchObject({ senderName: '' })
  await service.call(Rules.deleteRetentionRule, { id: rule })
})

test('late events of a client change nothing', async () => {
  const id = randomUUID()
  await service.receive(client(id, 'Нова назва', 'nadia', 3))
  await service.receive(client(id, 'Стара назва', 'bohdan', 2))
  expect(await register({ counterpartyId: id })).toMatchObject({ counterpartyName: 'Нова назва', ownerId: people.nadia.id })
})

test('a client that was added a moment ago can be named before its event is here', async () => {
  const id = newId()
  const registered = register({ counterpartyId: id })
  await service.receive(client(id, 'Щойно доданий', 'nadia', 1))
  expect(await registered).toMatchObject({ counterpartyName: 'Щойно доданий' })
})

test('parallel registrations share the work evenly and their numbers have no gap', async () => {
  const before = await many<{ number: string }>(service.pool, sql`select number from request`)
  const made = await Promise.all(
    Array.from({ length: 24 }, (_, n) => register({ queue: 'sales', subject: `П${n}` }, n % 2 ? 'olena' : 'machine')),
  )
  const kyiv = made.filter(({ branchId }) => branchId === branches.kyiv)
  const own = (id: string) => kyiv.filter(({ ownerId }) => ownerId === id).length
  // Those of the branch come by turns: how much each had before shifts the share by no more than that.
  expect(own(people.nadia.id) + own(people.ihor.id) + own(people.bohdan.id)).toBe(kyiv.length)
  expect(new Set(kyiv.map(({ routing }) => routing!.rule))).toEqual(new Set([RoutingRule.QUEUE_GROUP]))
  const all = await many<{ number: string }>(service.pool, sql`select number from request order by number`)
  expect(all).toHaveLength(before.length + 24)
  expect(all.map(({ number }) => Number(number.slice(3)))).toEqual(all.map((_, index) => index + 1))
  const open = await many<{ open: number }>(
    service.pool,
    sql`select count(*) as open from request where state <> 'closed' and owner_id = any(${[people.nadia.id, people.ihor.id]}::uuid[]) group by owner_id`,
  )
  expect(Math.abs(open[0]!.open - open[1]!.open)).toBeLessThanOrEqual(1)
})

test('a refused registration takes no number', async () => {
  const last = () => many(service.pool, sql`select last from number_series`)
  const before = await last()
  expect(await refusal(register({ queue: 'no-such' }))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  expect(await last()).toEqual(before)
})

test('every wrong reference is named in one answer, a foreign client like an absent one', async () => {
  const ghost = '01900000-0000-4000-8000-00000000dead'
  const wrong = register({ counterpartyId: ghost, ownerId: people.gone.id, branchId: ghost, queue: 'none' })
  await expect(wrong).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    violations: ['counterpartyId', 'ownerId', 'branchId', 'queue'].map((field) => ({ field, rule: 'reference' })),
  })
  await expect(register({ counterpartyId: lvivClient })).rejects.toMatchObject({
    violations: [{ field: 'counterpartyId', rule: 'reference', description: 'no such counterparty' }],
  })
})

test('a request outside the scope does not exist, through any door', async () => {
  const { id } = await register({ counterpartyId: lvivClient }, 'taras')
  const doors = [
    get(id, 'olena'),
    service.call(Requests.takeRequest, { id, etag: '' }, { as: 'olena' }),
    service.call(Requests.waitRequest, { id, etag: '' }, { as: 'olena' }),
    service.call(Requests.closeRequest, { id, etag: '', resolution: '' }, { as: 'olena' }),
    service.call(Requests.joinRequest, { id, etag: '', sameAsId: id }, { as: 'olena' }),
    service.call(Requests.reopenRequest, { id, etag: '' }, { as: 'olena' }),
    service.call(Requests.assignRequest, { id, etag: '', ownerId: people.olena.id }, { as: 'olena' }),
    change(id, { subject: 'Чуже' }, ['subject'], 'olena'),
  ]
  for (const door of doors) expect(await refusal(door)).toBe('NOT_FOUND NOT_FOUND')
  expect(await found(`counterpartyId="${lvivClient}"`, 'olena')).toEqual([])
  expect(await get(id)).toMatchObject({ etag: '1' })
  expect(await refusal(register({ branchId: branches.lviv }))).toBe('PERMISSION_DENIED SCOPE_EXCEEDED')
  expect(await refusal(register({ ownerId: people.bohdan.id, branchId: branches.lviv }))).toBe('PERMISSION_DENIED SCOPE_EXCEEDED')
  expect(await refusal(register({}, 'nobody'))).toBe('PERMISSION_DENIED RIGHT_MISSING')
})

test('of several who take at once one has it, and the events follow its states', async () => {
  const { id } = await register({})
  const takers = ['olena', 'nadia', 'ihor', 'admin', 'head'] as const
  const outcomes = await Promise.all(takers.map((as) => refusal(service.call(Requests.takeRequest, { id, etag: '' }, { as }))))
  const reached = outcomes.filter((outcome) => outcome !== 'NOT_FOUND NOT_FOUND')
  expect(reached.filter((outcome) => outcome === 'accepted')).toHaveLength(1)
  expect(new Set(reached)).toEqual(new Set(['accepted', 'FAILED_PRECONDITION REQUEST_TAKEN']))
  const batchId = randomUUID()
  await service.call(Requests.assignRequest, { id, etag: '', ownerId: people.taras.id, batchId })
  // Who receives many at once is told by it that they are one change.
  expect((await service.published()).findLast(({ key, type }) => key === id && type === RequestAssignedEvent.type)?.data).toMatchObject({ batchId })
  await service.call(Requests.waitRequest, { id, etag: '' }, { as: 'olena' })
  await service.call(Requests.closeRequest, { id, etag: '', resolution: 'Рахунок надіслано' }, { as: 'olena' })
  const closed = await service.call(Requests.closeRequest, { id, etag: '', resolution: 'Ще раз' }, { as: 'olena' })
  expect(closed).toMatchObject({ state: RequestState.CLOSED, resolution: 'Рахунок надіслано', ownerId: people.taras.id })
  expect(await refusal(service.call(Requests.assignRequest, { id, etag: '', ownerId: people.admin.id }))).toBe('FAILED_PRECONDITION REQUEST_CLOSED')
  expect(await service.call(Requests.reopenRequest, { id, etag: '' }, { as: 'olena' })).toMatchObject({ state: RequestState.IN_PROGRESS, resolution: '' })
  expect(await eventsOf(id)).toEqual(['RequestRegistered', 'RequestTaken', 'RequestAssigned', 'RequestChanged', 'RequestClosed', 'RequestReopened'])
})

// Seen failing: who took it owned it, and kept it by that when the share had ended.
test('who was let in to one request works on it and does not make it theirs; whose it is goes on', async () => {
  const { id } = await register({})
  const take = () => refusal(service.call(Requests.takeRequest, { id, etag: '' }, { as: 'taras' }))
  const set = (shares: object[]) => service.call(Access.setShares, SetSharesRequest.fromPartial({ recordId: id, shares: shares as never[] }), { as: 'olena' })
  await set([{ holder: people.taras.id, action: 'ACTION_CHANGE' }])
  await until(async () => (await refusal(change(id, { text: 'Уточнено' }, ['text'], 'taras'))) === 'accepted')
  const { ownerId } = await get(id)
  expect([await take(), (await get(id)).ownerId]).toEqual(['PERMISSION_DENIED SCOPE_EXCEEDED', ownerId])
  await set([])
  await service.call(Requests.assignRequest, { id, etag: '', ownerId: people.taras.id })
  await service.call(Requests.waitRequest, { id, etag: '' }, { as: 'taras' })
  expect([await take(), (await get(id)).state]).toEqual(['accepted', RequestState.IN_PROGRESS])
})

test('the request of a repeated call is joined to the open one that it is about, and taken back; to one that is closed meanwhile it is not', async () => {
  const open = await register({ counterpartyId: kyivClient })
  const event = callEnded({ counterpartyId: kyivClient })
  await service.receive(event)
  const { id } = (await ofCall(event))!
  const join = (which: string, sameAsId: string, as: As = 'olena', etag = '') => service.call(Requests.joinRequest, { id: which, etag, sameAsId }, { as })
  const foreign = await register({ counterpartyId: lvivClient }, 'taras')
  expect(await refusal(join(id, foreign.id))).toBe('NOT_FOUND NOT_FOUND')
  expect(await refusal(join(id, foreign.id, 'admin'))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  expect(await refusal(join(id, open.id, 'olena', '77'))).toBe('ABORTED ETAG_MISMATCH')
  const joined = await join(id, open.id)
  expect(joined).toMatchObject({ state: RequestState.CLOSED, sameAsId: open.id, sameAsNumber: open.number, callId: event.key, resolution: '' })
  expect(await join(id, open.id)).toEqual(joined)
  expect((await found(`sameAsId="${open.id}"`, 'olena')).map((one) => one.id)).toEqual([id])
  // The other one is as it was: nobody who edits it loses.
  expect(await get(open.id)).toEqual({ ...open, access: expect.anything() })
  await service.receive({ ...event, id: undefined })
  expect(await found(`callId="${event.key}"`)).toHaveLength(1)
  expect(await service.call(Requests.reopenRequest, { id, etag: '' }, { as: 'olena' })).toMatchObject({ state: RequestState.NEW, sameAsId: undefined, sameAsNumber: '' })
  expect(await eventsOf(id)).toEqual(['RequestRegistered', 'RequestClosed', 'RequestReopened'])
  // Somebody is just closing the other one. Seen failing without the lock on it.
  const [outcome] = await besides(service.pool, (tx) => exec(tx, sql`update request set state = 'closed', closed_at = now() where id = ${open.id}`), () => refusal(join(id, open.id)))
  expect(outcome).toBe('FAILED_PRECONDITION REQUEST_CLOSED')
})

// Seen failing without the move: the first said that the work goes on in one that was closed, and the last did not name it.
test('what was joined to a request goes along where that one is joined, and names the other one to nobody who does not see it', async () => {
  const [first, second, third] = [await register({}), await register({}), await register({ branchId: branches.lviv, ownerId: people.taras.id }, 'admin')]
  const join = (id: string, sameAsId: string) => service.call(Requests.joinRequest, { id, etag: '', sameAsId })
  await join(first.id, second.id)
  const joined = await join(second.id, third.id)
  expect(joined).toMatchObject({ sameAsId: third.id, sameAsNumber: third.number })
  expect(await get(first.id)).toMatchObject({ state: RequestState.CLOSED, sameAsId: third.id, sameAsNumber: third.number, etag: '3' })
  expect((await found(`sameAsId="${third.id}"`)).map(({ id }) => id).toSorted()).toEqual([first.id, second.id])
  expect(await eventsOf(first.id)).toEqual(['RequestRegistered', 'RequestClosed', 'RequestChanged'])
  const entry = (await service.recorded()).findLast(({ recordId }) => recordId === first.id)
  expect(entry).toMatchObject({ method: 'RequestService.JoinRequest', fields: expect.arrayContaining(['sameAsId', 'sameAsNumber']) })
  // The history is for whoever sees the record. Seen failing: it named the other one to them.
  expect(entry!.changes.filter(({ field }) => field.startsWith('sameAs')).map(({ sensitive, before, after, afterHash }) => [sensitive, before, after, afterHash !== ''])).toEqual([[true, '', '', true], [true, '', '', true]])
  // Seen failing without `toldTo`.
  const unnamed = { id: second.id, sameAsId: undefined, sameAsNumber: '' }
  expect(await refusal(get(third.id, 'olena'))).toBe('NOT_FOUND NOT_FOUND')
  expect(await get(second.id, 'olena')).toMatchObject(unnamed)
  expect((await found('state="closed"', 'olena')).find(({ id }) => id === second.id)).toMatchObject(unnamed)
  expect(await service.call(Requests.closeRequest, { id: second.id, etag: '', resolution: '' }, { as: 'olena' })).toMatchObject({ ...unnamed, etag: joined.etag })
  expect(await change(second.id, { text: 'ще слово' }, ['text'], 'olena')).toMatchObject(unnamed)
  // Seen failing: who knew the id found by it what had been joined there. To her it is as absent in the filter as in the record.
  expect(await found(`sameAsId="${third.id}"`, 'olena')).toEqual([])
  expect((await found(`id="${second.id}" AND sameAsId = null AND sameAsId != "${third.id}"`, 'olena')).map(({ id }) => id)).toEqual([second.id])
  expect(await found(`id="${second.id}" AND sameAsId:*`, 'olena')).toEqual([])
  expect((await found(`id="${second.id}" AND sameAsId:*`, 'taras')).map(({ id }) => id)).toEqual([])
  expect((await found(`id="${second.id}" AND sameAsId:*`)).map(({ id }) => id)).toEqual([second.id])
  // The mark itself stays.
  expect(await get(second.id)).toMatchObject({ sameAsId: third.id, text: 'ще слово' })
})

// Seen failing: closed in its own right afterwards it said that the work goes on in the other one.
test('one that the release before opened again is no longer marked as the same', async () => {
  const [{ id }, open] = [await register({}), await register({})]
  await service.call(Requests.joinRequest, { id, etag: '', sameAsId: open.id }, { as: 'olena' })
  await exec(service.pool, sql`update request set state = 'new', closed_at = null, revision = revision + 1 where id = ${id}`)
  expect(await get(id)).toMatchObject({ state: RequestState.NEW, sameAsId: undefined, sameAsNumber: '' })
  expect(await found(`sameAsId="${open.id}"`)).toEqual([])
  expect(await service.call(Requests.closeRequest, { id, etag: '', resolution: 'Надіслано' })).toMatchObject({ resolution: 'Надіслано', sameAsId: undefined })
})

test('a machine cannot own a request', async () => {
  const { id } = await register({})
  expect(await refusal(service.call(Requests.takeRequest, { id, etag: '' }, { as: 'machine' }))).toBe('FAILED_PRECONDITION CALLER_NO_EMPLOYEE')
})

test('the same Idempotency-Key registers once, a stale etag loses', async () => {
  const key = randomUUID()
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => register({ subject: 'Один раз' }, 'olena', key)))
  expect(others).toEqual([first, first])
  const changes = await Promise.all(['а', 'б', 'в'].map((subject) => refusal(change(first!.id, { subject }, ['subject'], 'olena', '1'))))
  expect(changes.toSorted()).toEqual(['ABORTED ETAG_MISMATCH', 'ABORTED ETAG_MISMATCH', 'accepted'])
})

test('an update changes facts, never state or owner, and leaves nothing empty that must be there', async () => {
  const { id, ownerId } = await register({})
  const changed = await change(id, { subject: 'Нова тема', state: RequestState.CLOSED, ownerId: people.admin.id }, ['subject', 'state', 'owner_id'])
  expect(changed).toMatchObject({ subject: 'Нова тема', state: RequestState.NEW, ownerId, etag: '2' })
  expect(await change(id, { subject: 'Нова тема' }, ['subject'])).toMatchObject({ etag: '2' })
  await expect(change(id, {}, ['due_time', 'branch_id'])).rejects.toMatchObject({ violations: [{ field: 'branchId', rule: 'required' }, { field: 'dueTime', rule: 'required' }] })
})

// Seen failing with the subject obligatory in the contract: `request.subject required`.
test('the request of a call is sent back as it was read; a subject that is there, and that of a new one, is not left out', async () => {
  const event = callEnded({ counterpartyId: kyivClient })
  await service.receive(event)
  const read = (await ofCall(event))!
  for (const updateMask of [undefined, ['subject', 'text'], ['*']]) {
    expect(await service.call(Requests.updateRequest, { request: read, updateMask })).toEqual(read)
  }
  const named = await change(read.id, { subject: 'Рахунок' }, ['subject'])
  const required = { code: 'INVALID_ARGUMENT', violations: [{ field: 'subject', rule: 'required' }] }
  await expect(change(read.id, { subject: '' }, ['subject'])).rejects.toMatchObject(required)
  await expect(register({ subject: '' })).rejects.toMatchObject(required)
  expect(await get(read.id)).toEqual({ ...named, access: expect.anything() })
})

test('an opportunity that was made of a request is remembered once', async () => {
  const { id } = await register({})
  const made = (opportunityId: string): OutgoingEvent => ({
    type: OpportunityCreatedEvent, key: opportunityId, revision: 1,
    data: { opportunity: Opportunity.fromPartial({ id: opportunityId, requestId: id }), actorId: '', stageName: '' },
  })
  const first = randomUUID()
  await service.receive(made(first))
  await service.receive(made(first), made(randomUUID()))
  expect(await get(id)).toMatchObject({ opportunityId: first, etag: '2' })
})

test('a request of another branch is not changed by an opportunity that names it', async () => {
  const { id } = await register({}, 'olena')
  const made = (opportunityId: string, actorId: string): OutgoingEvent => ({
    type: OpportunityCreatedEvent, key: opportunityId, revision: 1,
    data: { opportunity: Opportunity.fromPartial({ id: opportunityId, requestId: id }), actorId, stageName: '' },
  })
  await service.receive(made(randomUUID(), people.bohdan.id), made(randomUUID(), randomUUID()))
  expect(await get(id)).toMatchObject({ opportunityId: '', etag: '1' })
  const own = randomUUID()
  await service.receive(made(own, people.olena.id))
  expect(await get(id)).toMatchObject({ opportunityId: own, etag: '2' })
})

test('lists are filtered, ordered and paged', async () => {
  const own = await Promise.all([30, 10, 20].map((minute) => register({ subject: 'Список', phone: '0445550100', dueTime: new Date(Date.UTC(2030, 0, 1, 9, minute)) })))
  const due = await found('dueTime>=2030-01-01 AND dueTime<2030-01-02', 'olena', 'dueTime')
  expect(due.map(({ id }) => id)).toEqual([own[1]!.id, own[2]!.id, own[0]!.id])
  const page = await service.call(Requests.listRequests, { pageSize: 2, pageToken: '', filter: 'state=new', orderBy: 'dueTime desc' }, { as: 'olena' })
  expect(page.requests.map(({ id }) => id)).toEqual([own[0]!.id, own[2]!.id])
  const next = await service.call(Requests.listRequests, { pageSize: 2, pageToken: page.nextPageToken, filter: 'state=new', orderBy: 'dueTime desc' }, { as: 'olena' })
  expect(next.requests[0]!.id).toBe(own[1]!.id)
  for (const filter of [`ownerId="${own[0]!.ownerId}"`, `branchId="${branches.kyiv}"`, 'channel=visit', 'queue="default"', 'missedCall=false', 'createTime>=2020-01-01']) {
    expect((await found(filter)).length).toBeGreaterThan(0)
  }
  expect(await refusal(found('routing="x"'))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
})

// Seen failing while a rename went on into the requests.
test('the default queue stays; a queue that is in use stays and keeps its name; others are renamed', async () => {
  const [standard] = (await service.call(Queues.listQueues, { pageSize: 0, pageToken: '', filter: 'name="default"', orderBy: '' })).queues
  expect(await refusal(service.call(Queues.deleteQueue, { id: standard!.id, etag: '' }))).toBe('FAILED_PRECONDITION QUEUE_DEFAULT')
  const queue = await add({ name: 'support', answerMinutes: 5, callBackMinutes: 5 })
  expect(await refusal(add({ name: 'support', answerMinutes: 5, callBackMinutes: 5 }))).toBe('ALREADY_EXISTS TAKEN')
  const rename = (name: string) => service.call(Queues.updateQueue, UpdateQueueRequest.fromPartial({ queue: { id: queue.id, name }, updateMask: ['name'] }))
  expect(await rename('help')).toMatchObject({ name: 'help' })
  const { id } = await register({ queue: 'help' })
  expect(await refusal(service.call(Queues.deleteQueue, { id: queue.id, etag: '' }))).toBe('FAILED_PRECONDITION IN_USE')
  expect(await refusal(rename('support'))).toBe('FAILED_PRECONDITION IN_USE')
  expect((await get(id)).queue).toBe('help')
  const title = UpdateQueueRequest.fromPartial({ queue: { id: queue.id, title: 'Допомога' }, updateMask: ['title'] })
  expect(await service.call(Queues.updateQueue, title)).toMatchObject({ name: 'help', title: 'Допомога' })
  expect(await refusal(service.call(Queues.createQueue, CreateQueueRequest.fromPartial({ queue: { name: 'x', answerMinutes: 5, callBackMinutes: 5 } }), { as: 'olena' }))).toBe('PERMISSION_DENIED RIGHT_MISSING')
})

test('a queue is archived at once: nothing comes through it any more, neither by a call nor by hand; what is open in it is worked on to its end', async () => {
  const queue = await add({ name: 'old.line', title: 'Стара', answerMinutes: 5, callBackMinutes: 5 })
  const archive = (archived = true) => service.call(Queues.updateQueue, UpdateQueueRequest.fromPartial({ queue: { id: queue.id, archived }, updateMask: ['archived'] }))
  const [open, moved] = [await register({ queue: 'old.line' }), await register({ queue: 'old.line' })]
  expect((await change(moved.id, { queue: 'sales' }, ['queue'])).queue).toBe('sales')
  // One is just being registered, which may have found the queue open. Seen failing without the wait for the numbers.
  const [outcome] = await besides(service.pool, (tx) => exec(tx, sql`select last from number_series where name = 'request' for update`), archive)
  expect(outcome).toMatchObject({ archived: true })
  // Seen failing: routing took it as before.
  const event = callEnded({ queues: ['sales', 'old.line'] })
  await service.receive(event)
  expect((await ofCall(event))!.queue).toBe('sales')
  const alone = callEnded({ queues: ['old.line'] })
  await service.receive(alone)
  expect((await ofCall(alone))!.queue).toBe('default')
  const archived = { code: 'INVALID_ARGUMENT', violations: [{ field: 'queue', rule: 'archived' }] }
  await expect(register({ queue: 'old.line' })).rejects.toMatchObject(archived)
  await expect(change(moved.id, { queue: 'old.line' }, ['queue'])).rejects.toMatchObject(archived)
  expect((await change(open.id, { text: 'ще' }, ['text'])).queue).toBe('old.line')
  await service.call(Requests.closeRequest, { id: open.id, etag: '', resolution: '' })
  expect(await service.call(Requests.reopenRequest, { id: open.id, etag: '' })).toMatchObject({ queue: 'old.line', state: RequestState.NEW })
  expect(await refusal(service.call(Queues.deleteQueue, { id: queue.id, etag: '' }))).toBe('FAILED_PRECONDITION IN_USE')
  expect(await archive(false)).toMatchObject({ archived: false })
  expect((await register({ queue: 'old.line' })).queue).toBe('old.line')
  const [standard] = (await service.call(Queues.listQueues, { pageSize: 0, pageToken: '', filter: 'name="default" AND archived = false', orderBy: '' })).queues
  expect(await refusal(service.call(Queues.updateQueue, UpdateQueueRequest.fromPartial({ queue: { id: standard!.id, archived: true }, updateMask: ['archived'] })))).toBe('FAILED_PRECONDITION QUEUE_DEFAULT')
  // Open pages are told of each change.
  expect(await eventsOf(queue.id)).toEqual(['QueueChanged', 'QueueChanged', 'QueueChanged'])
})

test('a new name of a queue is one that exchanges take; a queue that has another keeps it', async () => {
  const wrong = { code: 'INVALID_ARGUMENT', violations: [{ field: 'name', rule: 'exchange-name' }] }
  for (const name of ['продаж', 'two words', 'sales,1']) await expect(add({ name, answerMinutes: 5, callBackMinutes: 5 })).rejects.toMatchObject(wrong)
  const queue = await add({ name: '600', answerMinutes: 5, callBackMinutes: 5 })
  await exec(service.pool, sql`update queue set name = 'давня' where id = ${queue.id}`)
  const save = (more: object) => service.call(Queues.updateQueue, UpdateQueueRequest.fromPartial({ queue: { id: queue.id, name: 'давня', title: 'Давня', answerMinutes: 7, callBackMinutes: 5, ...more }, updateMask: ['*'] }))
  expect(await save({})).toMatchObject({ name: 'давня', answerMinutes: 7 })
  await expect(save({ name: 'дуже давня' })).rejects.toMatchObject(wrong)
  await service.call(Queues.deleteQueue, { id: queue.id, etag: '' })
  expect(await eventsOf(queue.id)).toEqual(['QueueChanged', 'QueueChanged', 'QueueDeleted'])
})

test('a deadline counts the working time of the branch, or of the nearest above that has a calendar', async () => {
  const day = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString().slice(0, 10)
  const week = Array.from({ length: 7 }, () => ({ shifts: [{ from: 0, until: 1440 }] }))
  const tell = (id: string, revision: number, more: object, exceptions: object[]) =>
    service.receive({ type: BranchChangedEvent, key: id, revision, data: { branch: { id, name: 'філія', code: '', ...more, calendar: { timeZone: 'UTC', week, exceptions } } } })
  await tell(branches.head, 5, {}, [0, 1].map((count) => ({ date: day(count), shifts: [] })))
  const first = await register({ counterpartyId: kyivClient })
  expect(first.dueTime?.toISOString()).toBe(`${day(2)}T04:00:00.000Z`)
  await tell(branches.kyiv, 5, { parentId: branches.head }, [])
  const second = await register({ counterpartyId: kyivClient })
  expect(second.dueTime!.getTime() - second.createTime!.getTime()).toBe(240 * 60_000)
  // Entered two days later, of which the firm was shut: the day before yesterday was no holiday.
  const received = new Date(Date.now() - 2 * 86_400_000)
  const late = await register({ counterpartyId: kyivClient, receiveTime: received })
  expect([late.receiveTime, late.dueTime]).toEqual([received, new Date(received.getTime() + 240 * 60_000)])
  expect(late.createTime!.getTime()).toBeGreaterThan(Date.now() - 60_000)
  const named = new Date(Date.now() + 60_000)
  expect((await register({ counterpartyId: lvivClient, dueTime: named }, 'admin')).dueTime).toEqual(named)
})

test('a request is entered later than it came, but not of the future nor of long ago', async () => {
  const days = (count: number) => new Date(Date.now() + count * 86_400_000)
  const wrong = (receiveTime: Date) => register({ receiveTime }).then(() => 'accepted', ({ violations }) => violations.map((v: any) => `${v.field} ${v.rule}`).join())
  expect([await wrong(days(1)), await wrong(days(-3_660)), await wrong(days(-3_640))]).toEqual(['receiveTime notFuture', 'receiveTime tooOld', 'accepted'])
  // A clock that goes a little before ours does no harm, and nothing comes later than now.
  const ahead = await register({ receiveTime: new Date(Date.now() + 30_000) })
  expect(ahead.receiveTime!.getTime()).toBeLessThanOrEqual(ahead.createTime!.getTime())
  const plain = await register({})
  expect(plain.receiveTime).toEqual(plain.createTime)
  const old = await register({ subject: 'Паперовий лист', receiveTime: days(-30) })
  const listed = await service.call(Requests.listRequests, { pageSize: 50, pageToken: '', filter: `receiveTime<"${days(-20).toISOString()}"`, orderBy: 'receiveTime desc' }, { as: 'olena' })
  expect(listed.requests.map(({ id }) => id)).toContain(old.id)
  expect(listed.requests.map(({ id }) => id)).not.toContain(plain.id)

  const move = (id: string, receiveTime: Date | undefined) => service.call(Requests.updateRequest, UpdateRequestRequest.fromPartial({ request: { id, receiveTime }, updateMask: ['receive_time'] }), { as: 'olena' })
  const judged = (given: Date | undefined) => move(old.id, given).then(() => 'accepted', ({ violations }) => violations.map((v: any) => `${v.field} ${v.rule}`).join())
  expect([await judged(days(1)), await judged(days(-3_660)), await judged(undefined), await judged(days(-31))]).toEqual(['receiveTime notFuture', 'receiveTime tooOld', 'receiveTime required', 'accepted'])
  const moved = days(-29)
  expect(await move(old.id, moved)).toMatchObject({ receiveTime: moved, dueTime: old.dueTime })
  await service.call(Requests.closeRequest, { id: old.id, etag: '', resolution: 'готово' }, { as: 'olena' })
  expect(await refusal(move(old.id, days(-30)))).toBe('FAILED_PRECONDITION REQUEST_CLOSED')
})

// Seen failing: one series for all (the second of the branch was the third).
test('requests of a branch with a prefix, its own or from above, have numbers of their own', async () => {
  const prefix = (id: string, revision: number, numberingPrefix: string, more: object = {}) =>
    service.receive({ type: BranchChangedEvent, key: id, revision, data: { branch: { id, name: 'філія', code: '', numberingPrefix, ...more } } })
  await prefix(branches.head, 9, 'ЦЕН')
  await prefix(branches.lviv, 9, '', { parentId: branches.head })
  const numbers = [await register({ branchId: branches.lviv }, 'admin'), await register({ branchId: branches.head }, 'admin')].map(({ number }) => number)
  await prefix(branches.head, 10, '')
  const plain = await register({ branchId: branches.lviv }, 'admin')
  await prefix(branches.head, 11, 'ЦЕН')
  numbers.push((await register({ branchId: branches.lviv }, 'admin')).number)
  expect(numbers).toEqual(['ЗВ-ЦЕН-00001', 'ЗВ-ЦЕН-00002', 'ЗВ-ЦЕН-00003'])
  expect(plain.number).toMatch(/^ЗВ-\d{5}$/)
})
