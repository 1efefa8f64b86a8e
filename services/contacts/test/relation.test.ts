import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { AppError } from '@vitrylo/errors'
import { OpportunityWonEvent } from '@vitrylo/proto/events.ts'
import { CounterpartyServiceService as parties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { MergeServiceService as merges } from '@vitrylo/proto/vitrylo/contacts/v1/merge_service.ts'
import { RelationKindServiceService as kindRpc } from '@vitrylo/proto/vitrylo/contacts/v1/relation_kind_service.ts'
import { RelationServiceService as rpc } from '@vitrylo/proto/vitrylo/contacts/v1/relation_service.ts'
import { Relation, RelationKind } from '@vitrylo/proto/vitrylo/contacts/v1/relation.ts'
import { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { branches, people, startTestService, type PersonName, type TestService } from '@vitrylo/testkit'
import { contacts } from '../src/index.ts'
import { organisation } from './samples.ts'

let service: TestService
const kinds: Record<string, string> = {}
beforeAll(async () => {
  service = await startTestService(contacts)
  const { relationKinds } = await service.call(kindRpc.listRelationKinds, page)
  for (const { id, fromName } of relationKinds) kinds[fromName!.en] = id
})
afterAll(() => service.stop())

const page = { pageSize: 0, pageToken: '', filter: '', orderBy: '' }
const PARENT = 'Parent company'
const REFERRED = 'Referred by'
type Made = { id: string }
const firm = async (name: string, as: PersonName = 'admin', more: object = {}): Promise<string> =>
  (await service.call(parties.createCounterparty, organisation(name, more), { as })).id
const relate = (kind: string, fromId: string, toId: string, more: Partial<Relation> = {}, as: PersonName = 'admin') =>
  service.call(rpc.createRelation, { relation: Relation.fromPartial({ kindId: kinds[kind] ?? kind, fromId, toId, ...more }) }, { as })
const change = (relation: Partial<Relation> & Made, updateMask: string[], as: PersonName = 'admin') =>
  service.call(rpc.updateRelation, { relation: Relation.fromPartial({ kindId: randomUUID(), fromId: randomUUID(), toId: randomUUID(), ...relation }), updateMask }, { as })
const list = async (counterpartyId: string, as: PersonName = 'admin') => (await service.call(rpc.listRelations, { ...page, counterpartyId }, { as })).relations
const chart = (counterpartyId: string, as: PersonName = 'admin', date = '') => service.call(rpc.getOrganisationChart, { counterpartyId, date }, { as })
const lines = async (counterpartyId: string, as: PersonName = 'admin', date = '') => {
  const { nodes } = await chart(counterpartyId, as, date)
  const names = new Map(nodes.map(({ id, displayName }) => [id, displayName]))
  return nodes.map(({ displayName, parentId, childCount }) => `${names.get(parentId) ?? ''}>${displayName} ${childCount}`)
}
const found = async (filter: string, as: PersonName = 'admin') =>
  (await service.call(parties.listCounterparties, { ...page, filter }, { as })).counterparties.map(({ displayName }) => displayName)
const entries = async (counterpartyId: string, as: PersonName = 'admin') =>
  (await service.call(parties.listTimeline, { ...page, counterpartyId, sections: ['relations'], fromTime: undefined, toTime: undefined, kinds: [], actorIds: [] }, { as })).entries
const reason = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (error: AppError) => error.reason)
const wrong = async (work: Promise<unknown>): Promise<string[]> => {
  const error = await work.then(() => undefined, (given: AppError) => given)
  return (error?.violations ?? []).map(({ field, rule }) => `${field} ${rule}`)
}
const merge = (id: string, mergedId: string) => service.call(merges.mergeCounterparties, { id, mergedId, etag: '', mergedEtag: '', choices: [] })
const undo = (id: string) => service.call(merges.undoCounterpartyMerge, { id, choices: [] })

test('the dictionary names both ends in both languages; a kind that is used is set aside, not removed', async () => {
  const { relationKinds } = await service.call(kindRpc.listRelationKinds, page)
  expect(relationKinds.find(({ id }) => id === kinds[PARENT])).toMatchObject({
    fromName: { uk: 'Материнська компанія', en: 'Parent company' }, toName: { uk: 'Дочірня компанія', en: 'Subsidiary' }, chart: 'RELATION_CHART_ORGANISATION',
  })
  const add = (kind: Partial<RelationKind>, as: PersonName = 'admin') => service.call(kindRpc.createRelationKind, { relationKind: RelationKind.fromPartial(kind) }, { as })
  const name = (uk: string) => ({ uk, en: uk })
  expect(await wrong(add({ fromName: name(' '), toName: name('б'), symmetric: true, chart: 'RELATION_CHART_REFERRAL' }))).toEqual(['fromName.uk required', 'fromName.en required', 'toName.uk required', 'toName.en required', 'symmetric choice'])
  const twin = await add({ fromName: name(' Співвласник '), toName: name('інше'), symmetric: true })
  expect(twin).toMatchObject({ fromName: { uk: 'Співвласник' }, toName: { uk: 'Співвласник' } })
  const [a, b] = [await firm('Перша'), await firm('Друга')]
  await relate(twin.id, a, b)
  expect(await reason(service.call(kindRpc.deleteRelationKind, { id: twin.id, etag: '' }))).toBe('RELATION_KIND_IN_USE')
  // What a kind is drawn in stays, whatever an update says.
  const aside = await service.call(kindRpc.updateRelationKind, { relationKind: RelationKind.fromPartial({ ...twin, archived: true, symmetric: false, chart: 'RELATION_CHART_ORGANISATION' }), updateMask: ['archived', 'symmetric', 'chart'] })
  expect(aside).toMatchObject({ archived: true, symmetric: true, chart: 'RELATION_CHART_UNSPECIFIED' })
  expect(await wrong(relate(twin.id, await firm('Третя'), b))).toEqual(['kindId reference'])
  expect((await add({ fromName: name('а'), toName: name('б') }, 'head').catch((error: AppError) => error)) as AppError).toHaveProperty('id')
  expect(await reason(add({ fromName: name('а'), toName: name('б') }, 'nobody'))).toBe('RIGHT_MISSING')
})

test('a relation stands on both cards and both timelines, with its days; its end is told', async () => {
  const [parent, child] = [await firm('Холдинг'), await firm('Завод')]
  const made = await relate(PARENT, parent, child, { startDate: '2020-01-01', note: ' за договором ' }, 'head')
  expect(made).toMatchObject({ etag: '1', fromName: 'Холдинг', toName: 'Завод', startDate: '2020-01-01', endDate: '', note: 'за договором' })
  for (const id of [parent, child]) expect(await list(id)).toEqual([made])
  expect(await service.call(rpc.getRelation, { id: made.id })).toEqual(made)
  const ended = await change({ id: made.id, etag: '1', endDate: '2020-12-31' }, ['end_date'], 'head')
  expect(await reason(change({ id: made.id, etag: '1', note: 'x' }, ['note']))).toBe('ETAG_MISMATCH')
  expect(await wrong(change({ id: made.id, endDate: '2019-12-31' }, ['end_date']))).toEqual(['endDate beforeStart'])
  expect(await entries(parent)).toMatchObject([
    { kind: 'relation-ended', recordId: child, actorId: people.head.id, data: { name: 'Завод', relationUk: 'Дочірня компанія', relationEn: 'Subsidiary', endDate: '2020-12-31' } },
    { kind: 'relation-added', recordId: child, data: { name: 'Завод' } },
  ])
  expect((await entries(child))[0]).toMatchObject({ recordId: parent, data: { name: 'Холдинг', relationUk: 'Материнська компанія' } })
  expect([await lines(child, 'admin', '2020-06-01'), await lines(child, 'admin', '2021-01-01')]).toEqual([['>Холдинг 1', 'Холдинг>Завод 0'], ['>Завод 0']])
  await service.call(rpc.deleteRelation, { id: made.id, etag: ended.etag })
  expect([await list(parent), (await entries(child))[0]!.kind]).toEqual([[], 'relation-removed'])
  const told = (await service.published()).filter(({ key }) => key === made.id).map(({ type, revision }) => [type.split('.').at(-1), revision])
  expect(told).toEqual([['RelationCreated', 1], ['RelationChanged', 2], ['RelationDeleted', 3]])
})

test('every wrong field is named in one answer', async () => {
  const one = await firm('Одна')
  expect((await wrong(relate(randomUUID(), one, randomUUID(), { startDate: '2026-02-30', endDate: '2020-01-01', note: 'a\0' }))).sort()).toEqual([
    'endDate beforeStart', 'kindId reference', 'note format', 'startDate format', 'toId reference',
  ])
  expect(await wrong(relate('Partner', one, one))).toEqual(['toId reference'])
})

test('two stand in a relation once at a time, whichever of them is named first where both ends are alike', async () => {
  const [a, b] = [await firm('Ліва'), await firm('Права')]
  await relate('Partner', a, b, { startDate: '2020-01-01', endDate: '2020-12-31' })
  expect(await reason(relate('Partner', b, a, { startDate: '2020-12-31' }))).toBe('RELATION_EXISTS')
  expect(await reason(relate('Partner', b, a, { startDate: '2021-01-01' }))).toBe('done')
  expect(await reason(relate('Supplier', a, b))).toBe('done')
  expect(await reason(relate('Supplier', b, a))).toBe('done')
  expect(await reason(relate('Supplier', a, b))).toBe('RELATION_EXISTS')
})

test('one stands under one at a time and never above itself, on no day', async () => {
  const [a, b, c, d] = [await firm('А'), await firm('Б'), await firm('В'), await firm('Г')]
  await relate(PARENT, a, b, { endDate: '2020-12-31' })
  expect(await reason(relate('Head organisation', c, b, { startDate: '2020-12-31' }))).toBe('CHART_TAKEN')
  await relate('Head organisation', c, b, { startDate: '2021-01-01' })
  await relate(PARENT, b, d, { startDate: '2020-06-01' })
  // Above D stands A until the end of 2020, and C after it.
  expect(await reason(relate(PARENT, d, a, { startDate: '2020-12-31' }))).toBe('CHART_TAKEN')
  expect(await reason(relate(PARENT, d, c, { startDate: '2020-01-01', endDate: '2020-12-31' }))).toBe('done')
  const later = await relate(PARENT, d, a, { startDate: '2021-01-01' })
  expect(await reason(change({ id: later.id, startDate: '2020-01-01' }, ['start_date']))).toBe('CHART_TAKEN')
})

// Seen failing: without the advisory lock in relation_acyclic most rounds leave a circle; without relation_one_above both parents stand.
test('people at once make neither a circle nor two above one', async () => {
  for (let round = 0; round < 8; round++) {
    const ring = await Promise.all(['А', 'Б', 'В'].map((name) => firm(`Коло ${name} ${round}`)))
    const tried = await Promise.all(ring.map((id, at) => reason(relate(PARENT, id, ring[(at + 1) % 3]!))))
    expect(tried.sort()).toEqual(['CHART_TAKEN', 'done', 'done'])
    const [child, ...above] = await Promise.all(['дитя', 'один', 'два', 'три'].map((name) => firm(`${name} ${round}`)))
    expect((await Promise.all(above.map((id) => reason(relate(PARENT, id, child!))))).sort()).toEqual(['CHART_TAKEN', 'CHART_TAKEN', 'done'])
  }
})

// Seen failing: with the scope of one end only, Kyiv read the name of Lviv in the list, on the timeline and in the chart.
test('who may not see one end learns nothing of the relation: no list, count, chart, timeline, filter, nor by changing it', async () => {
  const [kyiv, lviv] = [await firm('Київська', 'olena'), await firm('Львівська таємна', 'taras')]
  const above = await firm('Над обома', 'olena')
  const made = await relate(PARENT, kyiv, lviv, { note: 'таємне' })
  await relate(PARENT, above, kyiv)
  await relate(REFERRED, lviv, kyiv)
  const seen = JSON.stringify([
    await list(kyiv, 'olena'), await chart(kyiv, 'olena'), await service.call(rpc.getReferralGraph, { counterpartyId: kyiv, date: '' }, { as: 'olena' }),
    await service.call(parties.getCounterpartyCard, { id: kyiv }, { as: 'olena' }), await entries(kyiv, 'olena'), await list('', 'olena'),
  ])
  expect(seen).not.toMatch(/таємн/)
  expect(seen).not.toContain(lviv)
  expect(seen).not.toContain(made.id)
  expect(await lines(kyiv, 'olena')).toEqual(['>Над обома 1', 'Над обома>Київська 0'])
  expect(await lines(kyiv)).toEqual(['>Над обома 1', 'Над обома>Київська 1', 'Київська>Львівська таємна 0'])
  for (const filter of ['subsidiaries.any()', 'referrers.any()', `relations.any(counterpartyId = "${lviv}")`, 'relations.any(displayName:"таємна")']) {
    expect([filter, await found(filter, 'olena')]).toEqual([filter, filter.startsWith('subs') ? ['Над обома'] : []])
    expect(await found(filter)).toContain('Київська')
  }
  expect((await entries(kyiv)).map(({ recordId }) => recordId)).toContain(lviv)
  for (const tried of [
    service.call(rpc.getRelation, { id: made.id }, { as: 'olena' }), change({ id: made.id, note: 'x' }, ['note'], 'olena'),
    service.call(rpc.deleteRelation, { id: made.id, etag: '' }, { as: 'olena' }), chart(lviv, 'olena'),
  ]) expect(await reason(tried)).toBe('NOT_FOUND')
  expect(await wrong(relate('Partner', kyiv, lviv, {}, 'olena'))).toEqual(['toId reference'])
  // A right to see is none to change.
  const [own, other] = [await firm('Своя', 'owner'), await firm('Ще своя', 'owner')]
  expect(await reason(relate('Partner', own, other, {}, 'nobody'))).toBe('RIGHT_MISSING')
})

test('a chart shows four above with those beside them and two below, and counts what it leaves out', async () => {
  const ids: string[] = []
  for (let n = 0; n < 9; n++) {
    ids.push(await firm(`Щабель ${n}`))
    if (n > 0) await relate(PARENT, ids[n - 1]!, ids[n]!)
  }
  const many = await Promise.all(Array.from({ length: 25 }, (_, n) => firm(`Брат ${String(n).padStart(2, '0')}`)))
  for (const id of many) await relate(PARENT, ids[4]!, id)
  const { nodes, hasMoreAbove } = await chart(ids[5]!)
  expect(hasMoreAbove).toBe(true)
  const named = (pattern: RegExp) => nodes.map(({ displayName }) => displayName).filter((name) => pattern.test(name))
  expect(named(/Щабель/)).toEqual(['Щабель 1', 'Щабель 2', 'Щабель 3', 'Щабель 4', 'Щабель 5', 'Щабель 6', 'Щабель 7'])
  expect(named(/Брат/)).toHaveLength(19) // twenty below Щабель 4, whoever was asked for among them
  expect(nodes.find(({ displayName }) => displayName === 'Щабель 4')!.childCount).toBe(26)
  expect(nodes.find(({ displayName }) => displayName === 'Щабель 7')!.childCount).toBe(1)
  expect(await found(`parents.any(counterpartyId = "${ids[4]}") AND displayName:"Щабель"`)).toEqual(['Щабель 5'])
  await service.call(parties.deleteCounterparty, { id: ids[6]!, etag: '' })
  expect((await lines(ids[5]!)).filter((line) => line.includes('Щабель 5'))).toEqual(['Щабель 4>Щабель 5 0'])
  expect((await list(ids[5]!)).find(({ toId }) => toId === ids[6])).toMatchObject({ toRemoved: true })
})

test('the referral graph tells who brought whom with what was won, to who may see that, and walks no circle twice', async () => {
  const [me, from, to, far] = [await firm('Я', 'olena'), await firm('Порадив', 'olena'), await firm('Прийшов', 'olena'), await firm('Далі', 'olena')]
  for (const [one, other] of [[from, me], [me, to], [to, far], [far, me]] as const) await relate(REFERRED, one, other)
  const won = async (counterpartyId: string, amount: string, branchId: string = branches.kyiv) => {
    const id = randomUUID()
    await service.receive({ type: OpportunityWonEvent, key: id, revision: 1, branchId, data: { opportunity: Opportunity.fromPartial({ id, title: 'Угода', counterpartyId, state: 'OPPORTUNITY_STATE_WON', amount: { amount, currency: 'UAH' }, branchId }), actorId: '' } as never })
  }
  await won(to, '100.50')
  await won(far, '50')
  await won(far, '7', branches.lviv)
  const graph = await service.call(rpc.getReferralGraph, { counterpartyId: me, date: '' })
  expect(graph.nodes.map(({ displayName, distance, won: sums }) => [displayName, distance, ...sums.map(({ amount }) => Number(amount))])).toEqual([
    ['Я', 0], ['Далі', -1, 57], ['Порадив', -1], ['Прийшов', 1, 100.5], ['Далі', 2, 57], ['Прийшов', -2, 100.5],
  ])
  expect(graph.brought).toMatchObject([{ currency: 'UAH', amount: '157.50' }])
  expect(graph.nodes.find(({ displayName, distance }) => displayName === 'Далі' && distance === 2)!.nextId).toBe(to)
  // Sums of deals that are not theirs are not told.
  const seen = await service.call(rpc.getReferralGraph, { counterpartyId: me, date: '' }, { as: 'olena' })
  expect(seen.brought).toMatchObject([{ amount: '150.50' }])
})

test('a merge takes relations along, keeps none twice and none with itself, makes no circle, and its undo gives them back', async () => {
  const [a, b, c, d] = [await firm('Ціла'), await firm('Двійник'), await firm('Третя'), await firm('Четверта')]
  await relate('Partner', a, c)
  await relate('Partner', c, b, { note: 'двічі' })
  await relate('Supplier', a, b, { note: 'із собою' })
  await relate('Guarantor', b, d, { note: 'лише там' })
  await relate(PARENT, a, c)
  await relate(PARENT, c, b, { note: 'коло' })
  const before = [await list(a), await list(b)]
  const { id } = await merge(a, b)
  expect((await list(a)).map(({ fromId, toId, note }) => [fromId, toId, note])).toEqual(expect.arrayContaining([[a, d, 'лише там']]))
  expect((await list(a)).map(({ note }) => note).sort()).toEqual(['', '', 'лише там'])
  expect(await lines(a)).toEqual(['>Двійник 1', 'Двійник>Третя 0'])
  await undo(id)
  expect([await list(a), await list(b)]).toEqual(before)
})

// Seen failing: given back in one statement without `backAgain`, the undo broke off with the constraint.
test('an undo leaves with the survivor what found no place with the other any more', async () => {
  const [a, b, x, y] = [await firm('Лишилась'), await firm('Злита'), await firm('Вища'), await firm('Ще вища')]
  const moved = await relate(PARENT, x, b, { startDate: '2020-01-01', endDate: '2020-12-31' })
  await relate(PARENT, y, a, { startDate: '2021-01-01', endDate: '2021-12-31' })
  await relate(PARENT, y, b, { startDate: '2021-06-01', endDate: '2022-12-31' }) // dropped: both under Y in 2021
  const { id } = await merge(a, b)
  await service.call(rpc.deleteRelation, { id: (await list(a)).find(({ fromId }) => fromId === y)!.id, etag: '' })
  await change({ id: moved.id, endDate: '2023-12-31' }, ['end_date'])
  await undo(id)
  expect((await list(a)).map(({ fromId, endDate }) => [fromId, endDate])).toEqual([[x, '2023-12-31']])
  expect((await list(b)).map(({ fromId, endDate }) => [fromId, endDate])).toEqual([[y, '2022-12-31']])
})

test('clients are found by whom they stand with', async () => {
  const [holding, plant, friend] = [await firm('Група Дніпро'), await firm('Дніпро-цемент'), await firm('Порадник')]
  await relate(PARENT, holding, plant)
  await relate(REFERRED, friend, holding, { startDate: '2024-05-01' })
  await relate('Partner', plant, friend, { endDate: '2020-01-01' })
  expect(await found('parents.any(displayName:"група дніпро")')).toEqual(['Дніпро-цемент'])
  expect(await found(`subsidiaries.any(counterpartyId = "${plant}") AND referrers.any(displayName = "Порадник")`)).toEqual(['Група Дніпро'])
  expect(await found(`relations.any(kindId = "${kinds[REFERRED]}" AND other = to AND startDate >= 2024-05-01 AND displayName:"Дніпро")`)).toEqual(['Порадник'])
  expect((await found('relations.any(endDate < 2020-02-01) AND (displayName:"цемент" OR displayName = "Порадник")')).sort()).toEqual(['Дніпро-цемент', 'Порадник'])
})
