// What somebody forbade to erase stays, whoever wants it gone: a data subject or a rule of retention.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { contacts } from '@vitrylo/contacts'
import { exec, sql } from '@vitrylo/pg'
import { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { ContactPersonServiceService as persons } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { CounterpartyServiceService as counterparties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { InteractionServiceService as interactions } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { LegalHold } from '@vitrylo/proto/vitrylo/contacts/v1/legal_hold.ts'
import { LegalHoldServiceService as holds } from '@vitrylo/proto/vitrylo/contacts/v1/legal_hold_service.ts'
import { MergeServiceService as merges } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import { RetentionRuleServiceService as rules } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule_service.ts'
import { SubjectRequestServiceService as subjects } from '@vitrylo/proto/vitrylo/contacts/v1/subject_request_service.ts'
import { carryOutDue, type Deps } from '@vitrylo/service'
import { besides, branches, people, startTestService, type PersonName, type TestService } from '@vitrylo/testkit'
import { retained } from '../src/retention/resources.ts'

let service: TestService
let deps: Deps
beforeAll(async () => {
  service = await startTestService({ ...contacts, sweeps: (given) => { deps = given; return [] } })
})
afterAll(() => service.stop())

const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason, violations = [] }) => [code, reason, ...violations.map(({ field }: { field: string }) => field)].join(' '))
const client = async (displayName: string, kind: Counterparty['kind'] = 'COUNTERPARTY_KIND_PERSON') =>
  (await service.call(counterparties.createCounterparty, { counterparty: Counterparty.fromPartial({ kind, displayName, branchId: branches.kyiv }) })).id
const hold = (counterpartyId: string | undefined, more: Partial<LegalHold> = {}, as: PersonName = 'admin') =>
  service.call(holds.createLegalHold, { legalHold: LegalHold.fromPartial({ counterpartyId, reason: 'позов № 7', ...more }) }, { as })
const end = (id: string, as: PersonName = 'admin') => service.call(holds.endLegalHold, { id }, { as })
const list = async (filter: string, as: PersonName = 'admin') => (await service.call(holds.listLegalHolds, { pageSize: 0, pageToken: '', filter, orderBy: '' }, { as })).legalHolds
/** A preview that all services have answered. */
async function previewed(named: { counterpartyId?: string; contactPersonId?: string }): Promise<string> {
  const { id } = await service.call(subjects.previewErasure, { counterpartyId: '', contactPersonId: '', ground: '', ...named })
  await exec(service.pool, sql`update subject_request set state = 'ready' where id = ${id}`)
  return id
}
const erase = (id: string) => refusal(service.call(subjects.eraseSubject, { id }))
const rule = (resource: string) =>
  service.call(rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: 'Давні', resource, ageMonths: 60, enabled: true }) })
const nights = async (id: string) => {
  await exec(service.pool, sql`update retention_rule set run_at = null, begun_at = null, enabled = id = ${id}`)
  await carryOutDue(deps, retained)
  return (await service.call(rules.getRetentionRule, { id })).runCount
}
const firmWith = async (displayName: string) => {
  const firm = await client(displayName, 'COUNTERPARTY_KIND_ORGANISATION')
  const person = await service.call(persons.createContactPerson, { contactPerson: ContactPerson.fromPartial({ displayName: `Від ${displayName}`, positions: [{ counterpartyId: firm }] }) })
  return { firm, person: person.id }
}
const met = async (counterpartyId: string, contactPersonIds: string[] = []) => {
  const startTime = new Date(Date.now() - 100 * 31 * 86_400_000)
  const interaction = Interaction.fromPartial({ kind: 'INTERACTION_KIND_CALL', state: 'INTERACTION_STATE_HELD', subject: 'Розмова', startTime, counterpartyIds: [counterpartyId], contactPersonIds })
  return (await service.call(interactions.createInteraction, { interaction })).id
}
const isThere = (id: string) => service.call(interactions.getInteraction, { id }).then(() => true, () => false)
const nameOf = async (id: string) => (await service.call(counterparties.getCounterparty, { id })).displayName

// Seen failing without the look at the holds in `eraseSubject`: the person was erased.
test('an erasure is refused and told why; when the hold is ended it goes on', async () => {
  const id = await client('Позивач Петро')
  const put = await hold(id, { untilTime: new Date(Date.now() + 86_400_000) })
  expect(put).toMatchObject({ counterpartyId: id, subjectName: 'Позивач Петро', reason: 'позов № 7', actorId: people.admin.id, active: true })
  const request = await previewed({ counterpartyId: id })
  expect((await service.call(subjects.getSubjectRequest, { id: request })).holds).toMatchObject([{ id: put.id, reason: 'позов № 7' }])
  expect(await erase(request)).toBe('FAILED_PRECONDITION ON_HOLD')
  expect(await nameOf(id)).toBe('Позивач Петро')
  const ended = await end(put.id)
  expect([ended.active, ended.endedBy, (await end(put.id)).endTime]).toEqual([false, people.admin.id, ended.endTime])
  expect(await erase(request)).toBe('accepted')
  // Nothing of the words stays with who is erased.
  expect(await list(`counterpartyId = "${id}"`)).toMatchObject([{ id: put.id, reason: '', subjectName: '' }])
  const events = (await service.published()).filter(({ type }) => type.endsWith('LegalHoldChanged'))
  expect(events.map(({ revision, data }) => [Number(revision), JSON.stringify(data).includes('позов')])).toEqual([[1, false], [2, false]])
  expect((await service.recorded()).filter(({ section, method }) => section === 'privacy' && /LegalHold/.test(method)).map(({ method }) => method)).toEqual(['LegalHoldService.CreateLegalHold', 'LegalHoldService.EndLegalHold'])
})

// Seen failing without the hold among those of the resource (the person was taken), and with the clock not asked (nobody was ever free again).
test('a rule of retention passes them over and says how many; a hold whose time is over holds nothing', async () => {
  const [held, free] = [await client('Під забороною'), await client('Без заборони')]
  for (const id of [held, free]) await exec(service.pool, sql`update counterparty set (created_at, entered_at) = (now() - interval '10 years', now() - interval '10 years') where id = ${id}`)
  const put = await hold(held)
  const rule = await service.call(rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: 'Давні', resource: 'counterparties', ageMonths: 60, enabled: true }) })
  expect(await service.call(rules.previewRetentionRule, { id: rule.id })).toMatchObject({ count: 1, items: [{ id: free }], held: [{ reason: 'hold', count: 1 }] })
  await carryOutDue(deps, retained)
  expect([await nameOf(held), await nameOf(free)]).toEqual(['Під забороною', ''])
  await exec(service.pool, sql`update legal_hold set until_at = now() - interval '1 second' where id = ${put.id}`)
  expect([(await list('active = true')).map(({ id }) => id).includes(put.id), (await list('active = false')).map(({ id }) => id).includes(put.id)]).toEqual([false, true])
  await exec(service.pool, sql`update retention_rule set run_at = null, begun_at = null`)
  await carryOutDue(deps, retained)
  expect(await nameOf(held)).toBe('')
})

// Seen failing with the hold on the id alone: the merged one and the person of the organisation were erased.
test('holds for who was merged into another, and for the persons of an organisation', async () => {
  const [first, second] = [await client('Близнюк А'), await client('Близнюк Б')]
  await hold(first)
  await service.call(merges.mergeCounterparties, { id: second, mergedId: first, etag: '', mergedEtag: '', choices: [] })
  expect(await erase(await previewed({ counterpartyId: second }))).toBe('FAILED_PRECONDITION ON_HOLD')
  const firm = await client('ТОВ «Відповідач»', 'COUNTERPARTY_KIND_ORGANISATION')
  const person = await service.call(persons.createContactPerson, { contactPerson: ContactPerson.fromPartial({ displayName: 'Директорка', positions: [{ counterpartyId: firm }] }) })
  const put = await hold(firm)
  expect(await erase(await previewed({ contactPersonId: person.id }))).toBe('FAILED_PRECONDITION ON_HOLD')
  await end(put.id)
  expect(await erase(await previewed({ contactPersonId: person.id }))).toBe('accepted')
})

test('is put by who may, where their right reaches, with a reason and a time to come', async () => {
  const id = await client('Чужа Філія')
  expect(await refusal(hold(id, {}, 'nobody'))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  expect(await refusal(hold(id, {}, 'taras'))).toBe('NOT_FOUND NOT_FOUND')
  expect(await refusal(hold(id, { reason: '  ', untilTime: new Date(Date.now() - 1_000) }))).toBe('INVALID_ARGUMENT FIELDS_INVALID legalHold.reason legalHold.untilTime')
  const { id: put } = await hold(id, {}, 'olena')
  expect([await refusal(end(put, 'taras')), (await list('active = true', 'taras')).length]).toEqual(['NOT_FOUND NOT_FOUND', 0])
})

// Seen failing without the lock of the record: both were accepted.
test('of a hold and an erasure at once one finds the other', async () => {
  for (let i = 0; i < 10; i++) {
    const id = await client(`Разом ${i}`)
    const request = await previewed({ counterpartyId: id })
    const [put, gone] = await Promise.all([refusal(hold(id)), erase(request)])
    expect([put, gone]).toEqual(put === 'accepted' ? ['accepted', 'FAILED_PRECONDITION ON_HOLD'] : ['FAILED_PRECONDITION ERASED', 'accepted'])
  }
})

// Seen failing with the persons left out of `keeps`: the interaction was deleted and the firm erased.
test('a hold on a contact person keeps what they took part in, and where they are', async () => {
  const { firm, person } = await firmWith('ТОВ «Місце»')
  const [theirs, others] = [await met(firm, [person]), await met(firm)]
  const put = await hold(undefined, { contactPersonId: person })
  const { id } = await rule('interactions')
  expect(await service.call(rules.previewRetentionRule, { id })).toMatchObject({ count: 1, items: [{ id: others }], held: [{ reason: 'hold', count: 1 }] })
  await nights(id)
  expect([await isThere(theirs), await isThere(others)]).toEqual([true, false])
  expect(await erase(await previewed({ counterpartyId: firm }))).toBe('FAILED_PRECONDITION ON_HOLD')
  await end(put.id)
  await nights(id)
  expect(await isThere(theirs)).toBe(false)
})

// Seen failing without the contact persons in the condition of the rule: it offered the same twenty again and again, and counted them.
test('held ones do not stand in the way of a rule, and its figures are of what it took', async () => {
  const old = (id: string, years: number) => exec(service.pool, sql`update counterparty set (created_at, entered_at) = (now() - make_interval(years => ${years}), now() - make_interval(years => ${years})) where id = ${id}`)
  for (let i = 0; i < 21; i++) {
    const id = await client(`Утримуваний ${i}`)
    const person = await service.call(persons.createContactPerson, { contactPerson: ContactPerson.fromPartial({ displayName: `Довірена ${i}`, positions: [{ counterpartyId: id }] }) })
    await hold(undefined, { contactPersonId: person.id })
    await old(id, 20)
  }
  const free = await client('За ними')
  await old(free, 10)
  const { id } = await rule('counterparties')
  expect(await nights(id)).toBe(1)
  expect(await nameOf(free)).toBe('')
})

// Seen failing with the figures of what was offered: 2,000 a night, and nothing gone.
test('a rule that takes nothing of what it is offered ends, and says nothing was taken', async () => {
  await client('Нечіпана')
  const { id } = await rule('counterparties')
  await exec(service.pool, sql`update retention_rule set age_months = 0, enabled = id = ${id}`)
  let offered = 0
  await carryOutDue(deps, [{ ...retained[0]!, take: async () => (offered++, 0) }])
  expect([offered, (await service.call(rules.getRetentionRule, { id })).runCount]).toEqual([1, 0])
})

// Seen failing without `heedHolds` in the erasure: the hold was accepted, then the person was erased.
test('a hold on an organisation waits for the erasure of its contact person', async () => {
  const { firm, person } = await firmWith('ТОВ «Водночас»')
  const request = await previewed({ contactPersonId: person })
  await besides(service.pool, (tx) => exec(tx, sql`select from position where person_id = ${person} for update`), () => erase(request), () => refusal(hold(firm)))
  const next = await firmWith('ТОВ «Наступне»')
  const later = await previewed({ contactPersonId: next.person })
  const [put, gone] = await Promise.all([refusal(hold(next.firm)), erase(later)])
  expect([put, gone]).toEqual(['accepted', gone === 'accepted' ? 'accepted' : 'FAILED_PRECONDITION ON_HOLD'])
})

// Seen failing without `heedHolds` in the night: the hold was accepted, then the interaction was deleted.
test('a hold waits for a night that is under way', async () => {
  const party = await client('Вночі')
  const id = await met(party)
  const night = await rule('interactions')
  await besides(service.pool, (tx) => exec(tx, sql`select from interaction where id = ${id} for update`), () => nights(night.id), () => hold(party))
})

// Seen failing with all of the hold for everybody: the reason was shown.
test('who does not reach the place of a hold is told that there is one, and no more', async () => {
  const { firm, person } = await firmWith('ТОВ «Двох філій»')
  const there = (await service.call(counterparties.createCounterparty, { counterparty: Counterparty.fromPartial({ kind: 'COUNTERPARTY_KIND_ORGANISATION', displayName: 'ТОВ «Львівське»', branchId: branches.lviv }) })).id
  const current = await service.call(persons.getContactPerson, { id: person })
  await service.call(persons.updateContactPerson, { contactPerson: { ...current, positions: [...current.positions, { ...current.positions[0]!, counterpartyId: there }] }, updateMask: ['positions'] })
  await hold(firm)
  const { id } = await service.call(subjects.previewErasure, { counterpartyId: '', contactPersonId: person, ground: '' }, { as: 'taras' })
  await exec(service.pool, sql`update subject_request set state = 'ready' where id = ${id}`)
  const { holds: told } = await service.call(subjects.getSubjectRequest, { id }, { as: 'taras' })
  expect(told).toEqual([LegalHold.fromPartial({ active: true })])
  await expect(service.call(subjects.eraseSubject, { id }, { as: 'taras' })).rejects.toMatchObject({ reason: 'ON_HOLD', metadata: { id: '' } })
})

// Seen failing with the place of the day it was put: the branch before read the reason and ended it.
test('a hold is where its client is now', async () => {
  const id = await client('Переїзд')
  const put = await hold(id)
  const seen = async (as: PersonName) => (await list('active = true', as)).some((each) => each.id === put.id)
  expect([await seen('olena'), await seen('taras')]).toEqual([true, false])
  await exec(service.pool, sql`update counterparty set branch_id = ${branches.lviv} where id = ${id}`)
  expect([await seen('olena'), await seen('taras')]).toEqual([false, true])
  expect(await refusal(end(put.id, 'olena'))).toBe('NOT_FOUND NOT_FOUND')
  expect((await end(put.id, 'taras')).active).toBe(false)
})
