import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import {
  ContactPersonChangedEvent,
  CounterpartyCreatedEvent,
  EmployeeChangedEvent,
  GroupGrantsChangedEvent,
  RequestChangedEvent,
  RequestClosedEvent,
  RequestRegisteredEvent,
  RequestReopenedEvent,
} from '@vitrylo/proto/events.ts'
import { AuditKind } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { ContactPersonChanged, CounterpartyCreated } from '@vitrylo/proto/vitrylo/contacts/v1/events.ts'
import { EmployeeChanged, GroupGrantsChanged } from '@vitrylo/proto/vitrylo/directory/v1/events.ts'
import { Scope } from '@vitrylo/proto/vitrylo/directory/v1/grant.ts'
import { Action } from '@vitrylo/proto/vitrylo/options.ts'
import { RequestRegistered } from '@vitrylo/proto/vitrylo/servicedesk/v1/events.ts'
import { CallServiceService as Calls, ListCallsRequest, SetCallCounterpartyRequest } from '@vitrylo/proto/vitrylo/telephony/v1/call_service.ts'
import { PbxKind, type Pbx } from '@vitrylo/proto/vitrylo/telephony/v1/pbx.ts'
import { CreatePbxRequest, PbxServiceService as Pbxes, PlaceTestCallRequest } from '@vitrylo/proto/vitrylo/telephony/v1/pbx_service.ts'
import { exec, many, sql, type Pool } from '@vitrylo/pg'
import { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import { CallRetentionRuleServiceService as Rules } from '@vitrylo/proto/vitrylo/telephony/v1/call_retention_rule_service.ts'
import { carryOutDue, newId, type Deps } from '@vitrylo/service'
import { branches, people, startTestService, until, type TestService, limitFields } from '@vitrylo/testkit'
import { startPbxSimulator, type PbxSimulator } from '../../../tools/pbx-simulator/index.ts'
import { telephony } from '../src/index.ts'
import { retained } from '../src/retention/resources.ts'
import { startLink } from '../src/pbx/link.ts'
import { settingsOf } from '../src/pbx/pbx-sql.ts'
import { renewSecrets } from '../src/pbx/renew-secrets.ts'
import { pbxSecrets } from '../src/pbx/secrets.ts'

const client = '01900000-0000-7000-8000-00000000c001'
const foreign = '01900000-0000-7000-8000-00000000c002'
const secret = 'not-to-be-read-back'

let service: TestService
let deps: Deps
let simulator: PbxSimulator
let pbx: Pbx

beforeAll(async () => {
  service = await startTestService({ ...telephony, sweeps: (given) => { deps = given; return [] } })
  simulator = await startPbxSimulator({ host: '127.0.0.1', port: 0, username: 'vitrylo', secret })
  await service.receive(known(client, '+380445550118', branches.kyiv), known(foreign, '+380325550101', branches.lviv))
  pbx = await service.call(Pbxes.createPbx, exchange({ name: 'АТС Київ' }))
  await linkIs('UP')
})
afterEach(() => simulator.hang(false))
afterAll(async () => {
  await service.stop()
  await simulator.stop()
})

function known(id: string, e164: string, branchId: string) {
  const counterparty = { id, displayName: `ТОВ «${id.slice(-4)}»`, branchId, responsibleId: people.nadia.id, channels: [{ value: e164, e164 }] }
  return { type: CounterpartyCreatedEvent, key: id, revision: 1, data: CounterpartyCreated.fromPartial({ counterparty }) }
}

const exchange = (facts: object) =>
  CreatePbxRequest.fromPartial({
    pbx: {
      kind: PbxKind.ASTERISK_AMI, host: '127.0.0.1', port: simulator.port, username: 'vitrylo', secret, trunks: ['trunk'],
      branchId: branches.kyiv, extensions: [{ extension: '1001', employeeId: people.olena.id }], extensionPattern: '^1\\d{3}$', ...facts,
    },
  })

const linkIs = (state: string) =>
  until(async () => (await service.call(Pbxes.getPbx, { id: pbx.id })).link?.state === `LINK_STATE_${state}`)

async function play(callerNumber: string) {
  await simulator.play({ callerNumber, extension: '1001', line: '5550101', ringSeconds: 0.2, talkSeconds: 0.2 }).done
  return until(async () => {
    const { calls } = await service.call(Calls.listCalls, ListCallsRequest.fromPartial({ filter: `customerNumber="${callerNumber}" AND state="ended"` }))
    return calls[0]
  })
}
const eventsOf = async (callId: string) => (await service.published()).filter(({ key }) => key === callId)
const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code }) => code)

test('a call of a known client pops up for the agent who is rung, before the answer, and ends in the journal', async () => {
  const call = await play('+380445550118')
  expect(call).toMatchObject({ pbxId: pbx.id, line: '5550101', queues: ['sales'], counterpartyId: client, disposition: 'CALL_DISPOSITION_ANSWERED',
    answeredBy: { extension: '1001', employeeId: people.olena.id } })
  const events = await eventsOf(call.id)
  const order = events.map(({ type }) => type.split('.').at(-1))
  expect(order.indexOf('CallOffered')).toBeGreaterThanOrEqual(0)
  expect(order.indexOf('CallOffered')).toBeLessThan(order.indexOf('CallAnswered'))
  expect(order.at(-1)).toBe('CallEnded')
  const pop = events.find(({ type }) => type.endsWith('CallOffered'))!
  expect(pop.headers.recipients).toBe(people.olena.id)
  expect(pop.data).toMatchObject({ call: { counterpartyName: 'ТОВ «c001»' }, agent: { extension: '1001' } })
})

test('each line of the demo exchange plays its own recording', async () => {
  const last = async (line: string) => {
    await simulator.play({ callerNumber: '+380445550118', extension: '1001', line, ringSeconds: 0.2, talkSeconds: 0.2 }).done
    const filter = `line="${line}" AND state="ended"`
    return until(async () => (await service.call(Calls.listCalls, ListCallsRequest.fromPartial({ filter }))).calls[0])
  }
  expect(await last('5550102')).toMatchObject({ disposition: 'CALL_DISPOSITION_ABANDONED_IN_QUEUE', counterpartyId: client, agentsRung: [{ extension: '1001' }] })
  const group = await last('5550106')
  expect(group).toMatchObject({ disposition: 'CALL_DISPOSITION_ANSWERED', counterpartyId: client, answeredBy: { extension: '1002' } })
  expect(group.agentsRung.map(({ extension }) => extension).sort()).toEqual(['1001', '1002', '1003'])
  const ended = (await eventsOf(group.id)).filter(({ type }) => type.endsWith('CallOfferEnded'))
  expect(ended.map(({ headers, data }) => [headers.recipients, data.outcome])).toEqual([[people.olena.id, 'elsewhere']])
})

test('names travel only to those who may see them', async () => {
  const call = await play('+380325550101')
  const [pop] = (await eventsOf(call.id)).filter(({ type }) => type.endsWith('CallOffered'))
  expect(JSON.stringify(pop)).not.toContain('c002»')
  expect((await eventsOf(call.id)).map((event) => JSON.stringify(event)).join()).not.toContain('c002»')
  const seen = await service.call(Calls.getCall, { id: call.id }, { as: 'olena' })
  expect([seen.counterpartyId, seen.counterpartyName, seen.matches]).toEqual(['', '', []])
  expect(await service.call(Calls.getCall, { id: call.id }, { as: 'head' })).toMatchObject({ counterpartyId: foreign, counterpartyName: 'ТОВ «c002»' })
})

test('a contact person is named to those who may see contact persons, and is no counterparty', async () => {
  const personId = '01900000-0000-7000-8000-00000000d001'
  const phones = [{ value: '+380445550133', e164: '+380445550133' }]
  const contactPerson = { id: personId, displayName: 'Ганна Таємна', branchId: branches.kyiv, positions: [{ counterpartyId: client }], channels: phones }
  await service.receive({ type: ContactPersonChangedEvent, key: personId, revision: 1, data: ContactPersonChanged.fromPartial({ contactPerson }) })
  const call = await play('+380445550133')
  expect(await service.call(Calls.getCall, { id: call.id }, { as: 'olena' })).toMatchObject({ contactPersonId: personId, contactPersonName: 'Ганна Таємна' })
  const set = SetCallCounterpartyRequest.fromPartial({ id: call.id, counterpartyId: personId })
  expect(await refusal(service.call(Calls.setCallCounterparty, set, { as: 'olena' }))).toBe('NOT_FOUND')
  const cells = [{ section: 'counterparties', action: Action.VIEW, scope: Scope.BRANCH }, { section: 'calls', action: Action.VIEW, scope: Scope.BRANCH }]
  const groupId = '01900000-0000-7000-8000-00000000e001'
  const narrow = GroupGrantsChanged.fromPartial({ groupId, groupName: 'narrow', cells })
  await service.receive({ type: GroupGrantsChangedEvent, key: groupId, revision: 1, data: narrow })
  const employee = { id: people.olena.id, username: 'olena', displayName: 'Олена', branchId: branches.kyiv, groups: ['narrow'] }
  await service.receive({ type: EmployeeChangedEvent, key: people.olena.id, revision: 900, data: EmployeeChanged.fromPartial({ employee }) })
  const seen = await until(async () => {
    const now = await service.call(Calls.getCall, { id: call.id }, { as: 'olena' })
    return now.contactPersonName === '' ? now : undefined
  })
  expect(seen).toMatchObject({ counterpartyId: client, counterpartyName: 'ТОВ «c001»', contactPersonId: '' })
  expect(JSON.stringify(seen.matches)).not.toContain('Таємна')
  await service.receive({ type: EmployeeChangedEvent, key: people.olena.id, revision: 901, data: EmployeeChanged.fromPartial({ employee: { ...employee, groups: ['telephonists'] } }) })
  await until(async () => (await service.call(Calls.getCall, { id: call.id }, { as: 'olena' })).contactPersonName !== '')
})

test('a telephonist of another branch sees nothing of the call, through any door', async () => {
  const call = await play('+380445550118')
  expect(await refusal(service.call(Calls.getCall, { id: call.id }, { as: 'taras' }))).toBe('NOT_FOUND')
  const list = await service.call(Calls.listCalls, ListCallsRequest.fromPartial({ filter: `pbxId="${pbx.id}"` }), { as: 'taras' })
  expect(list.calls).toEqual([])
  const set = SetCallCounterpartyRequest.fromPartial({ id: call.id, counterpartyId: foreign })
  expect(await refusal(service.call(Calls.setCallCounterparty, set, { as: 'taras' }))).toBe('NOT_FOUND')
})

test('an unknown number is shown as it is, and the agent says whose it was', async () => {
  const call = await play('+12025550143')
  expect([call.counterpartyId, call.customerNumber]).toEqual(['', '+12025550143'])
  const choose = (counterpartyId: string) =>
    service.call(Calls.setCallCounterparty, SetCallCounterpartyRequest.fromPartial({ id: call.id, counterpartyId }), { as: 'olena' })
  expect(await refusal(choose(foreign))).toBe('NOT_FOUND')
  expect(await choose(client)).toMatchObject({ counterpartyId: client })
  // Added for this call, and not heard of here yet. Seen failing without the patience.
  const added = newId()
  const chosen = refusal(choose(added))
  for (let asked = 0; asked < 5; asked++) await service.call(Calls.getCall, { id: call.id }, { as: 'olena' })
  await service.receive(known(added, '+12025550199', branches.kyiv))
  expect(await chosen).toBe('accepted')
  expect(await choose(client)).toMatchObject({ counterpartyId: client })
  // Seen failing with the call not remembered: all its fields stood there. Refusals are gathered and told later: they may stand behind it.
  const told = (await service.recorded()).find(({ kind, recordId }) => kind === AuditKind.WRITE && recordId === call.id)
  expect(told).toMatchObject({ section: 'calls', method: 'CallService.SetCallCounterparty', actorId: people.olena.id })
  expect(told!.fields).toContain('counterpartyId')
  expect(told!.fields).not.toContain('customerNumber')
})

// Seen failing with the person left out of the update, and without the question whose person it is.
test('the agent says who of the client spoke; nobody of another client, and nobody out of sight', async () => {
  const [hers, other] = ['01900000-0000-7000-8000-00000000d011', '01900000-0000-7000-8000-00000000d012']
  const second = '01900000-0000-7000-8000-00000000c011'
  const person = (id: string, displayName: string, counterpartyId: string, branchId: string) => ({
    type: ContactPersonChangedEvent, key: id, revision: 1,
    data: ContactPersonChanged.fromPartial({ contactPerson: { id, displayName, branchId, positions: [{ counterpartyId }] } }),
  })
  await service.receive(known(second, '+380445550177', branches.kyiv), person(hers, 'Сергій Байда', client, branches.kyiv), person(other, 'Роман Інший', foreign, branches.lviv))
  const call = await play('+12025550177')
  const choose = (counterpartyId: string, contactPersonId?: string) =>
    service.call(Calls.setCallCounterparty, SetCallCounterpartyRequest.fromPartial({ id: call.id, counterpartyId, ...(contactPersonId && { contactPersonId }) }), { as: 'olena' })
  expect(await choose(client, hers)).toMatchObject({ counterpartyId: client, contactPersonId: hers, contactPersonName: 'Сергій Байда' })
  const corrected = (await eventsOf(call.id)).findLast(({ type }) => type.endsWith('CallCorrected'))
  expect(corrected!.data.call).toMatchObject({ counterpartyId: client, contactPersonId: hers })
  expect(await refusal(choose(client, other))).toBe('NOT_FOUND')
  expect(await refusal(choose(second, hers))).toBe('INVALID_ARGUMENT')
  // Said again without the person: nothing is taken back. Another client: the person is not theirs.
  expect(await choose(client)).toMatchObject({ contactPersonId: hers })
  expect(await choose(second)).toMatchObject({ counterpartyId: second, contactPersonId: '' })
})

test('the request made of a call is known to it, once', async () => {
  const call = await play('+380445550118')
  const requestId = '01900000-0000-7000-8000-00000000a001'
  const event = { type: RequestRegisteredEvent, key: requestId, revision: 1, data: RequestRegistered.fromPartial({ request: { id: requestId, callId: call.id } }) }
  await service.receive(event)
  await service.receive({ ...event, id: undefined })
  expect(await service.call(Calls.getCall, { id: call.id })).toMatchObject({ requestId })
  expect((await eventsOf(call.id)).filter(({ type }) => type.endsWith('CallCorrected'))).toHaveLength(1)
})

test('a call whose request turned out to be about another one belongs to that, until it is taken back', async () => {
  const call = await play('+380445550118')
  const [id, sameAsId] = ['01900000-0000-7000-8000-00000000a002', '01900000-0000-7000-8000-00000000a003']
  const tell = (type: typeof RequestRegisteredEvent, revision: number, more: object = {}) =>
    service.receive({ type, key: id, revision, data: RequestRegistered.fromPartial({ request: { id, callId: call.id, ...more } }) })
  const belongs = async () => (await service.call(Calls.getCall, { id: call.id })).requestId
  await tell(RequestRegisteredEvent, 1)
  await tell(RequestClosedEvent, 2, { sameAsId })
  expect(await belongs()).toBe(sameAsId)
  // That one turned out to be about a third.
  await tell(RequestChangedEvent, 3, { sameAsId: '01900000-0000-7000-8000-00000000a005' })
  expect(await belongs()).toBe('01900000-0000-7000-8000-00000000a005')
  await tell(RequestReopenedEvent, 4)
  expect(await belongs()).toBe(id)
  await tell(RequestClosedEvent, 5)
  expect(await belongs()).toBe(id)
  // Seen failing without the revisions: it went to the other one and stayed there.
  await tell(RequestClosedEvent, 2, { sameAsId })
  expect(await belongs()).toBe(id)
  // That request gave the call up, and the call has one of its own, which begins anew.
  const own = '01900000-0000-7000-8000-00000000a004'
  await tell(RequestRegisteredEvent, 1, { id: own })
  await tell(RequestReopenedEvent, 6)
  expect(await belongs()).toBe(own)
})

test('a lost link comes back by itself and the calls after it are recorded', async () => {
  simulator.drop()
  await linkIs('UP')
  expect(await play('+380445550118')).toMatchObject({ counterpartyId: client })
})

test('the secret is never read back and survives a change of the name', async () => {
  const got = await service.call(Pbxes.getPbx, { id: pbx.id })
  expect(JSON.stringify(got, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(secret)
  pbx = await service.call(Pbxes.updatePbx, { pbx: { ...got, name: 'АТС Київ 1' }, updateMask: ['name'] })
  await linkIs('UP')
})

test('the secret does not follow the exchange to another address', async () => {
  const got = await service.call(Pbxes.getPbx, { id: pbx.id })
  for (const change of [{ host: 'attacker.example' }, { port: 1 }, { tls: true }]) {
    const update = { pbx: { ...got, ...change, etag: '' }, updateMask: Object.keys(change) }
    const fields = await service.call(Pbxes.updatePbx, update).catch(({ violations }) => violations.map((v: { field: string }) => v.field))
    expect(fields).toEqual(['secret'])
  }
  const moved = { pbx: { ...got, host: 'localhost', secret, etag: '' }, updateMask: ['host', 'secret'] }
  expect(await service.call(Pbxes.updatePbx, moved)).toMatchObject({ host: 'localhost', secret: '' })
  // Seen failing without `changedUnseen`: of the secret alone there was no entry.
  await service.call(Pbxes.updatePbx, { pbx: { ...got, host: 'localhost', secret: 'another', etag: '' }, updateMask: ['secret'] })
  const told = (await service.recorded()).filter(({ method, recordId }) => method === 'PbxService.UpdatePbx' && recordId === pbx.id).slice(-2)
  expect(told.map(({ fields }) => fields.filter((field) => field !== 'link').toSorted())).toEqual([['host', 'secret'], ['secret']])
  expect(JSON.stringify(told)).not.toMatch(/another|not-to-be-read-back/)
  pbx = await service.call(Pbxes.updatePbx, { pbx: { ...got, secret, etag: '' }, updateMask: ['host', 'secret'] })
  await linkIs('UP')
})

test.each([
  ['1'.repeat(60) + 'x'],
  ['^\\d{1,99}\\d{1,99}\\d{1,99}\\d{1,99}\\d{1,99}$'],
])('a pattern that would take long is refused at once: %s', async (extensionPattern) => {
  const fields = await service.call(Pbxes.createPbx, exchange({ name: 'довга', extensionPattern })).catch(({ violations }) => violations.map((v: { field: string }) => v.field))
  expect(fields).toEqual(['extensionPattern'])
})

test('every wrong field of an exchange is named', async () => {
  const wrong = exchange({ name: 'x', country: 'XX', tlsCertificate: 'none', extensionPattern: '(a+)+$', extensions: [{ extension: '1', employeeId: client }] })
  const fields = await service.call(Pbxes.createPbx, wrong).catch(({ violations }) => violations.map((v: { field: string }) => v.field))
  expect(fields).toEqual(['extensionPattern', 'country', 'tlsCertificate', 'extensions[0].employeeId'])
})

test('a refused login is readable, and the exchange can be removed', async () => {
  const bad = await service.call(Pbxes.createPbx, exchange({ name: 'чужа', secret: 'wrong' }))
  const link = await until(async () => {
    const { link } = await service.call(Pbxes.getPbx, { id: bad.id })
    return link?.state === 'LINK_STATE_REFUSED' ? link : undefined
  })
  expect(link.lastError).not.toBe('')
  await service.call(Pbxes.deletePbx, { id: bad.id, etag: '' })
  expect(await refusal(service.call(Pbxes.getPbx, { id: bad.id }))).toBe('NOT_FOUND')
})

// Seen failing while each state was stored beside the others: "connecting", stored late, stood over "refused" for 15 s.
test('a state that is stored late does not hide the one after it', async () => {
  const { id } = await service.call(Pbxes.createPbx, exchange({ name: 'повільна', secret: 'wrong', disabled: true }))
  const settings = (await settingsOf(service.pool, pbxSecrets(deps.env), id))!
  let refused = () => {}
  const late = new Promise<void>((resolve) => (refused = resolve)).then(() => delay(100))
  const log = { ...deps.log, info: ({ state }: { state?: string }) => state === 'refused' && refused() } as typeof deps.log
  const link = await startLink({ ...deps, pool: firstQueryAfter(late, service.pool), log }, settings)
  try {
    await until(async () => {
      const { rows } = await service.pool.query('select state from pbx_link where pbx_id = $1', [id])
      return expect(rows).toEqual([{ state: 'refused' }]) === undefined
    }, { timeoutMs: 5_000 })
  } finally {
    await link.stop()
  }
})

/** A pool whose first write of a link's state reaches the database when `late` has come. */
function firstQueryAfter(late: Promise<void>, pool: Pool): Pool {
  let first = true
  const query = async (...args: Parameters<Pool['query']>) => {
    const isFirst = first && JSON.stringify(args).includes('insert into pbx_link')
    first &&= !isFirst
    if (isFirst) await late
    return pool.query(...args)
  }
  return new Proxy(pool, { get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)) })
}

test('a test call rings the extension that was asked for', async () => {
  const answer = await service.call(Pbxes.placeTestCall, PlaceTestCallRequest.fromPartial({ id: pbx.id, extension: '1001' }))
  expect(answer).toEqual({ extension: '1001', callerNumber: '+380445550118' })
  expect(await refusal(service.call(Pbxes.placeTestCall, PlaceTestCallRequest.fromPartial({ id: pbx.id }), { as: 'olena' }))).toBe('PERMISSION_DENIED')
})

test('a new key of the installation takes over at a start, and a wrong one refuses it', async () => {
  const [old, next] = ['a key for tests only, of 32 letters', 'the next key of the tests, of 32 letters']
  const renew = (...keys: string[]) => renewSecrets({ pool: service.pool, env: { VITRYLO_SECRETS_KEY: keys.join('\n') }, log: { info() {} } as never })
  const stored = async () => (await service.pool.query('select secret from pbx where id = $1', [pbx.id])).rows[0].secret
  const opensWith = async (key: string) => pbxSecrets({ VITRYLO_SECRETS_KEY: key }).open(await stored(), pbx.id)
  await renew(next, old)
  expect(await opensWith(next)).toBe(secret)
  await expect(opensWith(old)).rejects.toThrow()
  const sealed = await stored()
  await renew(next)
  expect(await stored()).toBe(sealed)
  await expect(renew('none of the keys that were ever used')).rejects.toThrow('setting VITRYLO_SECRETS_KEY opens no secret of the exchange "АТС')
  await renew(old, next)
  expect(await opensWith(old)).toBe(secret)
})

// Seen failing: without the place of the events the log of the exchange kept the number.
test('calls lose the number and the events of the exchange when a rule says so, and are taken once', async () => {
  const number = '+380445550377'
  const call = await play(number)
  await exec(service.pool, sql`update call set ended_at = now() - interval '3 months' where id = ${call.id}`)
  const { id } = await service.call(Rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: 'Дзвінки', resource: 'calls', ageMonths: 2, filter: `customerNumber = "${number}"`, enabled: true }) })
  expect(await service.call(Rules.previewRetentionRule, { id })).toMatchObject({ count: 1, items: [{ id: call.id, displayName: number }] })
  // Seen failing with the name as it stands in the record: a preview told the number that a limit of fields hides.
  const open = await service.call(Rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: 'Усі', resource: 'calls', ageMonths: 2, enabled: false }) })
  const named = async () => (await service.call(Rules.previewRetentionRule, { id: open.id })).items.find((item) => item.id === call.id)?.displayName
  await limitFields(service.pool, 'administrators', [{ section: 'calls', field: 'customerNumber', limit: 'hide' }])
  await until(async () => (await named()) === '')
  await limitFields(service.pool, 'administrators', [])
  await until(async () => (await named()) === number)
  await carryOutDue(deps, retained)
  const after = await service.call(Calls.getCall, { id: call.id })
  expect(after).toMatchObject({ customerNumber: '', talkSeconds: call.talkSeconds, direction: call.direction })
  expect(await many(service.pool, sql`select 1 from pbx_event where call_id = ${call.id}`)).toEqual([])
  expect((await service.call(Rules.previewRetentionRule, { id })).count).toBe(0)
  expect((await eventsOf(call.id)).at(-1)!.type).toBe('vitrylo.telephony.v1.CallCorrected')
})
