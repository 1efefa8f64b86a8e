// What a rule shows is what it takes, once a night, with the rights of its author, and no more. Seen failing: an author who had left counted as one with
// no records to take, so that the rule had had its turn.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { contacts } from '@vitrylo/contacts'
import { exec, sql } from '@vitrylo/pg'
import { Consent } from '@vitrylo/proto/vitrylo/contacts/v1/consent.ts'
import { ConsentPurposeServiceService as purposes, CreateConsentPurposeRequest } from '@vitrylo/proto/vitrylo/contacts/v1/consent_purpose_service.ts'
import { ConsentServiceService as consents } from '@vitrylo/proto/vitrylo/contacts/v1/consent_service.ts'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { CounterpartyServiceService as counterparties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { InteractionServiceService as interactions } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import { RetentionRuleServiceService as rules, UpdateRetentionRuleRequest } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule_service.ts'
import { SubjectRequestServiceService as subjects } from '@vitrylo/proto/vitrylo/contacts/v1/subject_request_service.ts'
import { carryOutDue as carryOut, MOST_A_NIGHT, type Deps } from '@vitrylo/service'
import { branches, people, startTestService, type PersonName, type TestService } from '@vitrylo/testkit'
import { retained } from '../src/retention/resources.ts'
import { importClient } from './import-client.ts'

let service: TestService
let deps: Deps
beforeAll(async () => {
  service = await startTestService({ ...contacts, sweeps: (given) => { deps = given; return [] } })
})
afterAll(() => service.stop())

const carryOutDue = (given: Deps) => carryOut(given, retained)
const client = async (displayName: string, branchId: string = branches.kyiv, kind: Counterparty['kind'] = 'COUNTERPARTY_KIND_PERSON') => {
  const { id } = await service.call(counterparties.createCounterparty, { counterparty: Counterparty.fromPartial({ kind, displayName, branchId, tags: ['старе'] }) })
  return id
}
const age = (id: string, months: number) => exec(service.pool, sql`update counterparty set (created_at, entered_at) = (now() - make_interval(months => ${months}), now() - make_interval(months => ${months})) where id = ${id}`)
const create = (rule: Partial<RetentionRule>, as: PersonName = 'admin') =>
  service.call(rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: 'Правило', resource: 'counterparties', ageMonths: 36, ...rule }) }, { as })
const enable = (id: string, as: PersonName = 'admin') => service.call(rules.updateRetentionRule, UpdateRetentionRuleRequest.fromPartial({ retentionRule: { id, enabled: true }, updateMask: ['enabled'] }), { as })
const nameOf = async (id: string) => (await service.call(counterparties.getCounterparty, { id })).displayName

test('a rule takes persons who were silent for so long, hold no consent and meet its condition; the preview names the same', async () => {
  const old = await client('Давно Мовчить')
  const fresh = await client('Нещодавня')
  const agreed = await client('Погодилася')
  const firm = await client('ТОВ «Стара»', branches.kyiv, 'COUNTERPARTY_KIND_ORGANISATION')
  const vip = await client('Особлива')
  await exec(service.pool, sql`update counterparty set vip = true where id = ${vip}`)
  for (const id of [old, agreed, firm, vip]) await age(id, 40)
  const purpose = await service.call(purposes.createConsentPurpose, CreateConsentPurposeRequest.fromPartial({ consentPurpose: { name: { uk: 'Мета', en: 'Purpose' }, text: { uk: 'Текст', en: 'Text' } } }))
  await service.call(consents.createConsent, { consent: Consent.fromPartial({ counterpartyId: agreed, purposeId: purpose.id, source: 'CONSENT_SOURCE_PAPER' }) })
  const rule = await create({ filter: 'vip = false' })
  const preview = await service.call(rules.previewRetentionRule, { id: rule.id })
  expect(preview).toMatchObject({ count: 1, items: [{ id: old, displayName: 'Давно Мовчить' }], held: [{ reason: 'consent', count: 1 }] })

  // As the form has it that is not saved yet. Seen failing: told of the stored rule, whatever was asked.
  expect(await service.call(rules.previewRetentionRule, { id: rule.id, ageMonths: 41 })).toMatchObject({ count: 0, items: [], held: [] })
  expect((await service.call(rules.previewRetentionRule, { id: rule.id, filter: '' })).items.map((item) => item.id).toSorted()).toEqual([old, vip].toSorted())
  await expect(service.call(rules.previewRetentionRule, { id: rule.id, filter: 'nosuch = 1' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
  expect(await service.call(rules.getRetentionRule, { id: rule.id })).toMatchObject({ etag: rule.etag, ageMonths: 36, filter: 'vip = false' })

  await carryOutDue(deps)
  expect(await nameOf(old)).toBe('Давно Мовчить') // not enabled
  await enable(rule.id)
  await carryOutDue(deps)
  expect(await nameOf(old)).toBe('')
  // The audit log is told who it was for.
  expect((await service.recorded()).map(({ method }) => method)).toContain('RetentionRule')
  for (const id of [fresh, agreed, firm, vip]) expect(await nameOf(id)).not.toBe('')
  expect(await service.call(rules.getRetentionRule, { id: rule.id })).toMatchObject({ runCount: 1, totalCount: 1 })
  const { subjectRequests } = await service.call(subjects.listSubjectRequests, { pageSize: 0, pageToken: '', filter: '', orderBy: '' })
  expect(subjectRequests.map(({ subjectId, kind }) => [subjectId, kind])).toEqual([[old, 'SUBJECT_REQUEST_KIND_ERASURE']])

  // Its night is over: what becomes old now waits for the next one.
  await age(fresh, 50)
  await carryOutDue(deps)
  expect(await nameOf(fresh)).toBe('Нещодавня')
})

// Seen failing with the age in the other system alone: the whole base of a firm that moved went in its first night.
test('who comes with an import is as new as the day it came, however long another system had them', async () => {
  await importClient(service).load({}, Buffer.from('externalId,kind,displayName,createTime\nmoved-1,person,Переїхала з іншої системи,2010-03-04\n'))
  const { counterparties: [moved] } = await service.call(counterparties.listCounterparties, { filter: 'externalId="moved-1"', pageSize: 0, pageToken: '', orderBy: '' })
  expect(moved).toMatchObject({ createTime: new Date('2010-03-04T00:00:00Z') })
  const rule = await create({ filter: 'externalId = "moved-1"', ageMonths: 12 })
  const count = async () => (await service.call(rules.previewRetentionRule, { id: rule.id })).count
  expect(await count()).toBe(0)
  await enable(rule.id)
  await carryOutDue(deps)
  expect(await nameOf(moved!.id)).toBe('Переїхала з іншої системи')
  await exec(service.pool, sql`update counterparty set entered_at = now() - interval '13 months' where id = ${moved!.id}`)
  expect(await count()).toBe(1)
})

test('it reaches what its author may take, and nothing when the author has gone', async () => {
  const [here, there] = [await client('Тут', branches.kyiv), await client('Там', branches.lviv)]
  for (const id of [here, there]) await age(id, 100)
  const rule = await create({ ageMonths: 90 }, 'olena')
  expect((await service.call(rules.previewRetentionRule, { id: rule.id }, { as: 'olena' })).items.map(({ id }) => id)).toEqual([here])
  await enable(rule.id, 'olena')
  await exec(service.pool, sql`update retention_rule set author_id = ${people.gone.id} where id = ${rule.id}`)
  await carryOutDue(deps)
  expect(await nameOf(here)).toBe('Тут')
  await exec(service.pool, sql`update retention_rule set author_id = ${people.olena.id} where id = ${rule.id}`)
  await carryOutDue(deps)
  expect([await nameOf(here), await nameOf(there)]).toEqual(['', 'Там'])
})

test('old interactions are deleted in batches, planned ones never; who may not manage keeps no rules', async () => {
  const party = await client('З розмовами')
  const meet = (state: Interaction['state'], months: number) =>
    service.call(interactions.createInteraction, { interaction: Interaction.fromPartial({ kind: 'INTERACTION_KIND_CALL', state, subject: 'Розмова', startTime: new Date(Date.now() - months * 31 * 86_400_000), counterpartyIds: [party] }) })
  for (let n = 0; n < 45; n++) await meet('INTERACTION_STATE_HELD', 30)
  await meet('INTERACTION_STATE_HELD', 1)
  const planned = await meet('INTERACTION_STATE_PLANNED', 30)
  const rule = await create({ resource: 'interactions', ageMonths: 24, enabled: true })
  expect((await service.call(rules.previewRetentionRule, { id: rule.id })).count).toBe(45)
  await carryOutDue(deps)
  expect(await service.call(rules.getRetentionRule, { id: rule.id })).toMatchObject({ runCount: 45 })
  const { interactions: left } = await service.call(interactions.listInteractions, { pageSize: 0, pageToken: '', filter: '', orderBy: '', counterpartyId: party })
  expect(left).toHaveLength(2)
  expect(left.map(({ id }) => id)).toContain(planned.id)
  await expect(create({}, 'nobody')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
  await expect(create({ filter: 'nothing = 1' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
})

// Seen failing with a count of each process for itself: each took its own.
test('what a night takes at most holds for all replicas together, and goes on after one that died', async () => {
  const party = await client('З багатьма розмовами')
  const held = (n: number) =>
    exec(service.pool, sql`insert into interaction select (jsonb_populate_record(i, jsonb_build_object('id', uuidv7()))).* from interaction i, generate_series(1, ${n}) where i.id = (select id from interaction where state = 'held' limit 1)`)
  await service.call(interactions.createInteraction, { interaction: Interaction.fromPartial({ kind: 'INTERACTION_KIND_CALL', state: 'INTERACTION_STATE_HELD', subject: 'Розмова', startTime: new Date(Date.now() - 40 * 31 * 86_400_000), counterpartyIds: [party] }) })
  await exec(service.pool, sql`update interaction set starts_at = now() - interval '40 months' where state = 'held'`)
  await held(100)
  const rule = await create({ resource: 'interactions', ageMonths: 36, enabled: true })
  // Tonight 1,950 went already, of a process that died.
  await exec(service.pool, sql`update retention_rule set begun_at = now(), run_count = ${MOST_A_NIGHT - 50} where id = ${rule.id}`)
  await Promise.all([carryOutDue(deps), carryOutDue(deps), carryOutDue(deps)])
  const { runCount, totalCount } = await service.call(rules.getRetentionRule, { id: rule.id })
  expect([runCount, totalCount]).toEqual([MOST_A_NIGHT, 50])
  await carryOutDue(deps)
  expect((await service.call(rules.getRetentionRule, { id: rule.id })).totalCount).toBe(50)
})

// Seen failing without the limit of `countUpTo`.
test('a preview counts no further than 10,000', async () => {
  await exec(service.pool, sql`insert into interaction select (jsonb_populate_record(i, jsonb_build_object('id', uuidv7()))).* from interaction i, generate_series(1, 10050) where i.id = (select id from interaction where state = 'held' limit 1)`)
  const rule = await create({ resource: 'interactions', ageMonths: 36 })
  expect(await service.call(rules.previewRetentionRule, { id: rule.id })).toMatchObject({ count: 10_001 })
})
