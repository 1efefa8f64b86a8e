import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, inTx, many, sql, type Tx } from '@vitrylo/pg'
import { BranchChangedEvent, CounterpartyMergedEvent, LegalHoldChangedEvent } from '@vitrylo/proto/events.ts'
import { CounterpartyMerged } from '@vitrylo/proto/vitrylo/contacts/v1/events.ts'
import { OpportunityState, type Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { CreateOpportunityRequest, OpportunityServiceService as Opportunities, UpdateOpportunityRequest } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import type { Pipeline } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import { CreatePipelineRequest, PipelineServiceService as Pipelines, UpdatePipelineRequest } from '@vitrylo/proto/vitrylo/sales/v1/pipeline_service.ts'
import { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import { OpportunityRetentionRuleServiceService as Rules } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_retention_rule_service.ts'
import { carryOutDue, newId, type Deps } from '@vitrylo/service'
import { besides, branches, people, startTestService, type PersonName, type TestService } from '@vitrylo/testkit'
import { sales } from '../src/index.ts'
import { insertOpportunities } from '../src/opportunity/opportunity-sql.ts'
import { retained } from '../src/retention/resources.ts'
import { client, importFile } from './rig.ts'

let service: TestService
let deps: Deps
let standard: Pipeline
const kyivClient = randomUUID()
const lvivClient = randomUUID()

beforeAll(async () => {
  service = await startTestService({ ...sales, sweeps: (given) => { deps = given; return [] } })
  await service.receive(client(kyivClient, 'ТОВ «Дніпровські млини»', 'nadia'), client(lvivClient, 'Готель «Стара ратуша»', 'bohdan'))
  standard = (await service.call(Pipelines.listPipelines, { pageSize: 0, pageToken: '', filter: 'isDefault=true', orderBy: '' })).pipelines[0]!
})
afterAll(() => service.stop())

type As = PersonName | 'machine'
const stage = (n: number, { stages }: Pipeline = standard) => stages[n]!.id!
const create = (opportunity: object = {}, as: As = 'nadia', key?: string) =>
  service.call(Opportunities.createOpportunity, CreateOpportunityRequest.fromPartial({ opportunity: { title: 'Партія борошна', ...opportunity } }), { as, key })
const get = (id: string, as: As = 'admin') => service.call(Opportunities.getOpportunity, { id }, { as })
const change = (id: string, opportunity: object, updateMask: string[], as: As = 'admin', etag = '') =>
  service.call(Opportunities.updateOpportunity, UpdateOpportunityRequest.fromPartial({ opportunity: { id, etag, ...opportunity }, updateMask }), { as })
const move = (id: string, stageId: string, as: As = 'nadia', etag = '') => service.call(Opportunities.moveOpportunity, { id, etag, stageId }, { as })
const win = (id: string, as: As = 'nadia', etag = '') => service.call(Opportunities.winOpportunity, { id, etag }, { as })
const lose = (id: string, reason = 'Дорого', as: As = 'nadia', etag = '') => service.call(Opportunities.loseOpportunity, { id, etag, reason }, { as })
const reopen = (id: string, as: As = 'nadia', etag = '') => service.call(Opportunities.reopenOpportunity, { id, etag }, { as })
const stays = async (id: string, as: As = 'admin') => (await service.call(Opportunities.listStageStays, { opportunityId: id }, { as })).stays
const found = async (filter: string, as: As = 'admin', orderBy = '') =>
  (await service.call(Opportunities.listOpportunities, { pageSize: 0, pageToken: '', filter, orderBy }, { as })).opportunities
const board = (pipelineId?: string, as: As = 'admin', filter = '', cards = 0) => service.call(Opportunities.getBoard, { pipelineId, filter, cards }, { as })
const funnel = (pipelineId: string, as: As = 'admin', more: object = {}) =>
  service.call(Pipelines.getFunnel, { pipelineId, fromTime: undefined, toTime: undefined, branchId: undefined, ownerId: undefined, ...more }, { as })
const addPipeline = (pipeline: object) => service.call(Pipelines.createPipeline, CreatePipelineRequest.fromPartial({ pipeline }))
const changePipeline = (pipeline: object, updateMask: string[]) => service.call(Pipelines.updatePipeline, UpdatePipelineRequest.fromPartial({ pipeline, updateMask }))
const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason }) => `${code} ${reason}`)
const eventsOf = async (id: string) => (await service.published()).filter(({ key }) => key === id)
const typesOf = async (id: string) => (await eventsOf(id)).map(({ type }) => type.split('.').at(-1))
const uah = (amount: string) => ({ amount, currency: 'UAH' })

test('a new installation has a pipeline with stages, limits, hints and reasons of loss', () => {
  expect(standard.stages.map(({ name, probability, stayLimitDays }) => [name, probability, stayLimitDays])).toEqual([
    ['Кваліфікація', 10, 3], ['Потреба з’ясована', 25, 7], ['Пропозиція', 45, 10], ['Погодження', 70, 7], ['Договір', 90, 5],
  ])
  expect(standard.stages.every(({ hint }) => hint !== '') && standard.lostReasons.length > 0 && standard.isDefault).toBe(true)
})

test('a new opportunity begins at the first stage, belongs to its author and is announced', async () => {
  const saved = await create({ counterpartyId: kyivClient, amount: uah('120500.5'), expectedCloseDate: '2026-12-01', requestId: randomUUID() })
  expect(saved).toMatchObject({
    state: OpportunityState.OPEN, pipelineId: standard.id, stageId: stage(0), probability: 10, ownerId: people.nadia.id, branchId: branches.kyiv,
    counterpartyName: 'ТОВ «Дніпровські млини»', amount: uah('120500.50'), expectedCloseDate: '2026-12-01', etag: '1',
  })
  expect(saved.number).toMatch(/^У-\d{4}-\d{5}$/)
  expect(await get(saved.id, 'nadia')).toEqual({ ...saved, access: expect.anything() })
  expect(await stays(saved.id)).toMatchObject([{ stageId: stage(0), state: OpportunityState.OPEN, leaveTime: undefined, actorId: people.nadia.id }])
  expect(await eventsOf(saved.id)).toMatchObject([{
    type: 'vitrylo.sales.v1.OpportunityCreated', revision: 1, data: { stageName: 'Кваліфікація', actorId: people.nadia.id },
    headers: { section: 'opportunities', branch: branches.kyiv, owner: people.nadia.id, counterparty: kyivClient },
  }])
  // For browsers of all who may see it: with recipients it would be for those alone.
  expect((await service.published()).find(({ key }) => key === saved.id)!.headers.recipients).toBeUndefined()
})

// Seen failing with the caller as owner.
test('one that is made of a request is led by whoever answers for the client', async () => {
  const made = { counterpartyId: kyivClient, requestId: randomUUID() }
  expect(await create(made, 'admin')).toMatchObject({ ownerId: people.nadia.id, branchId: branches.kyiv })
  expect(await create({ counterpartyId: kyivClient }, 'admin')).toMatchObject({ ownerId: people.admin.id })
  expect(await create({ ...made, ownerId: people.admin.id }, 'admin')).toMatchObject({ ownerId: people.admin.id })
})

test('the history tells every stay, and each change is announced once', async () => {
  const { id } = await create()
  const moved = await move(id, stage(2))
  await move(id, stage(2))
  const won = await win(id)
  expect(won).toMatchObject({ state: OpportunityState.WON, probability: 100, stageId: stage(2), etag: '3' })
  expect(await win(id)).toEqual(won)
  await reopen(id)
  await reopen(id)
  expect(await lose(id, 'Обрали конкурента')).toMatchObject({ state: OpportunityState.LOST, lostReason: 'Обрали конкурента', probability: 0 })
  expect(await lose(id, 'Інше')).toMatchObject({ lostReason: 'Обрали конкурента', etag: '5' })
  const history = await stays(id)
  expect(history.map(({ stageId, state }) => [stageId, state])).toEqual([
    [stage(0), OpportunityState.OPEN], [stage(2), OpportunityState.OPEN], [stage(2), OpportunityState.WON],
    [stage(2), OpportunityState.OPEN], [stage(2), OpportunityState.LOST],
  ])
  // Without a gap: each stay begins when the one before it ends.
  expect(history.slice(1).map(({ enterTime }) => enterTime)).toEqual(history.slice(0, -1).map(({ leaveTime }) => leaveTime))
  expect([history[1]!.enterTime, history[2]!.enterTime]).toEqual([moved.stageEnterTime, won.closeTime])
  expect(await typesOf(id)).toEqual(['OpportunityCreated', 'OpportunityMoved', 'OpportunityWon', 'OpportunityReopened', 'OpportunityLost'])
  expect((await eventsOf(id))[1]).toMatchObject({ data: { fromStageName: 'Кваліфікація', toStageName: 'Пропозиція' } })
})

test('what is decided is refused until it is open again, and nothing changes', async () => {
  const won = await create()
  await win(won.id)
  const lost = await create()
  await lose(lost.id)
  for (const door of [move(won.id, stage(1)), lose(won.id), win(lost.id), move(lost.id, stage(1))]) {
    expect(await refusal(door)).toBe('FAILED_PRECONDITION OPPORTUNITY_DECIDED')
  }
  expect(await get(won.id)).toMatchObject({ etag: '2' })
  expect(await stays(lost.id)).toHaveLength(2)
})

test('an opportunity does not move to a stage of another pipeline', async () => {
  const other = await addPipeline({ name: 'Тендери', stages: [{ name: 'Подано', probability: 20 }] })
  const { id } = await create()
  await expect(move(id, stage(0, other))).rejects.toMatchObject({ violations: [{ field: 'stageId', rule: 'reference' }] })
  await expect(create({ pipelineId: other.id, stageId: stage(1) })).rejects.toMatchObject({ violations: [{ field: 'stageId', rule: 'reference' }] })
  expect(await create({ pipelineId: other.id })).toMatchObject({ stageId: stage(0, other), probability: 20 })
})

test('of many who move at once with one etag one wins', async () => {
  const { id } = await create()
  const outcomes = await Promise.all([1, 2, 3, 4, 1, 2].map((n) => refusal(move(id, stage(n), 'nadia', '1'))))
  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'ABORTED ETAG_MISMATCH')).toHaveLength(5)
  expect(await stays(id)).toHaveLength(2)
})

test('many who win and lose at once without an etag leave one decision and a whole history', async () => {
  const { id } = await create()
  const outcomes = await Promise.all([win(id), lose(id), win(id), lose(id), win(id)].map(refusal))
  expect(new Set(outcomes)).toEqual(new Set(['accepted', 'FAILED_PRECONDITION OPPORTUNITY_DECIDED']))
  expect(await stays(id)).toHaveLength(2)
  expect(await typesOf(id)).toHaveLength(2)
})

test('parallel additions get numbers without a gap, and an Idempotency-Key adds once', async () => {
  const key = randomUUID()
  const made = await Promise.all(Array.from({ length: 20 }, (_, n) => refusal(create({ title: `Угода ${n}` }, 'nadia', n < 4 ? key : undefined))))
  // Four different requests came under one key.
  expect(made.filter((one) => one === 'accepted')).toHaveLength(17)
  expect(made.filter((one) => one === 'FAILED_PRECONDITION IDEMPOTENCY_KEY_REUSED')).toHaveLength(3)
  const all = await many<{ number: string }>(service.pool, sql`select number from opportunity order by number`)
  expect(all.map(({ number }) => Number(number.slice(-5)))).toEqual(all.map((_, index) => index + 1))
  const same = await Promise.all([1, 2, 3].map(() => create({ title: 'Та сама' }, 'nadia', 'same')))
  expect(same[1]).toEqual(same[0])
  expect(same[2]).toEqual(same[0])
})

test('outside the scope an opportunity does not exist, through any door', async () => {
  const { id } = await create({ counterpartyId: lvivClient, amount: uah('777') }, 'bohdan')
  const doors = [
    get(id, 'olena'), move(id, stage(1), 'olena'), win(id, 'olena'), lose(id, 'x', 'olena'), reopen(id, 'olena'), stays(id, 'olena'),
    change(id, { title: 'Чуже' }, ['title'], 'olena'), service.call(Opportunities.deleteOpportunity, { id, etag: '' }, { as: 'olena' }),
  ]
  for (const door of doors) expect(await refusal(door)).toBe('NOT_FOUND NOT_FOUND')
  expect(await found(`counterpartyId="${lvivClient}"`, 'olena')).toEqual([])
  const { columns } = await board(undefined, 'olena', 'amount=777')
  expect(columns.every(({ count, opportunities, amounts }) => count === 0n && opportunities.length === 0 && amounts.length === 0)).toBe(true)
  expect(await get(id)).toMatchObject({ etag: '1' })
  expect(await refusal(create({ branchId: branches.lviv, ownerId: people.bohdan.id }, 'olena'))).toBe('PERMISSION_DENIED SCOPE_EXCEEDED')
  expect(await refusal(create({}, 'nobody'))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  const mine = await create({}, 'nadia')
  expect(await refusal(change(mine.id, { ownerId: people.bohdan.id }, ['owner_id'], 'nadia'))).toBe('PERMISSION_DENIED SCOPE_EXCEEDED')
  expect(await refusal(create({ counterpartyId: lvivClient }))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
})

test('the funnel counts only what the caller may see', async () => {
  const pipeline = await addPipeline({ name: 'Видимість', stages: [{ name: 'Одна', probability: 50 }] })
  await create({ pipelineId: pipeline.id }, 'nadia')
  await create({ pipelineId: pipeline.id }, 'bohdan')
  expect((await funnel(pipeline.id, 'head')).openCount).toBe(2n)
  expect((await funnel(pipeline.id, 'olena')).openCount).toBe(1n)
  expect((await funnel(pipeline.id, 'head', { branchId: branches.lviv })).openCount).toBe(1n)
  expect((await funnel(pipeline.id, 'head', { ownerId: people.nadia.id })).stages[0]).toMatchObject({ entered: 1n })
  expect((await funnel(pipeline.id, 'head', { fromTime: new Date('2999-01-01T00:00:00Z') })).openCount).toBe(0n)
})

test('everything that is wrong is named in one answer', async () => {
  const ghost = '01900000-0000-4000-8000-00000000dead'
  const wrong = create({ counterpartyId: ghost, ownerId: people.gone.id, branchId: ghost, amount: uah('1.005'), expectedCloseDate: '2026-02-30' })
  await expect(wrong).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    violations: [['amount.amount', 'range'], ['counterpartyId', 'reference'], ['ownerId', 'reference'], ['branchId', 'reference'], ['expectedCloseDate', 'format']]
      .map(([field, rule]) => ({ field, rule })),
  })
})

test('a change tells what changed; state, stage and number are not changed by it', async () => {
  const saved = await create({ amount: uah('10') })
  const next = await change(saved.id, { title: 'Інша', amount: uah('10.000'), state: OpportunityState.WON, stageId: stage(3) }, ['title', 'amount', 'state', 'stage_id'])
  expect(next).toMatchObject({ title: 'Інша', state: OpportunityState.OPEN, stageId: stage(0), amount: uah('10.00'), etag: '2' })
  expect((await eventsOf(saved.id)).at(-1)).toMatchObject({ type: 'vitrylo.sales.v1.OpportunityChanged', data: { changedFields: ['title'] } })
  expect(await change(saved.id, { title: 'Інша' }, ['title'])).toEqual(next)
  expect(await change(saved.id, {}, ['amount'])).toMatchObject({ amount: undefined })
  await expect(change(saved.id, {}, ['owner_id'])).rejects.toMatchObject({ violations: [{ field: 'ownerId', rule: 'required' }] })
  expect(await refusal(change(saved.id, { title: 'Застаріле' }, ['title'], 'admin', '1'))).toBe('ABORTED ETAG_MISMATCH')
})

test('a removed opportunity is gone with its history and is announced', async () => {
  const { id } = await create()
  await service.call(Opportunities.deleteOpportunity, { id, etag: '1' }, { as: 'nadia' })
  expect(await refusal(get(id))).toBe('NOT_FOUND NOT_FOUND')
  expect(await many(service.pool, sql`select 1 from stay where opportunity_id = ${id}`)).toEqual([])
  expect((await eventsOf(id)).at(-1)).toMatchObject({ type: 'vitrylo.sales.v1.OpportunityDeleted', revision: 2 })
})

test('an external id is taken once', async () => {
  await create({ externalId: 'x-1' })
  expect(await refusal(create({ externalId: 'x-1' }))).toBe('ALREADY_EXISTS TAKEN')
})

test('a machine names the owner, or the responsible employee of the client leads', async () => {
  await expect(create({}, 'machine')).rejects.toMatchObject({ violations: [{ field: 'ownerId', rule: 'required' }] })
  expect(await create({ counterpartyId: lvivClient }, 'machine')).toMatchObject({ ownerId: people.bohdan.id, branchId: branches.lviv })
})

test('late and doubled events of a client change nothing, its name is shown as it is now', async () => {
  const id = newId()
  const newest = client(id, 'Нова назва', 'nadia', 3)
  await service.receive(newest)
  await service.receive({ ...newest, id: randomUUID() }, client(id, 'Стара назва', 'bohdan', 2))
  expect(await create({ counterpartyId: id })).toMatchObject({ counterpartyName: 'Нова назва' })
})

test('the board gives a column a stage with exact sums, and the decided ones', async () => {
  const pipeline = await addPipeline({ name: 'Дошка', stages: [{ name: 'А', probability: 10, stayLimitDays: 2 }, { name: 'Б', probability: 50 }] })
  const add = (amount?: object, title = 'Картка') => create({ pipelineId: pipeline.id, amount, title })
  const cards = [await add(uah('100.01')), await add({ amount: '5', currency: 'USD' }), await add()]
  const late = await add(uah('0.02'), 'Стара')
  await service.pool.query(`update opportunity set stage_entered_at = stage_entered_at - interval '3 days' where id = '${late.id}'`)
  const moved = await add(uah('10'))
  await move(moved.id, stage(1, pipeline))
  await win((await add(uah('1000'))).id)
  await lose((await add(uah('7'))).id)
  const { columns } = await board(pipeline.id, 'nadia', '', 2)
  expect(columns.map(({ stageId, state, count, overLimit }) => [stageId, state, count, overLimit])).toEqual([
    [stage(0, pipeline), OpportunityState.OPEN, 4n, 1n], [stage(1, pipeline), OpportunityState.OPEN, 1n, 0n],
    ['', OpportunityState.WON, 1n, 0n], ['', OpportunityState.LOST, 1n, 0n],
  ])
  expect(columns.map(({ amounts }) => amounts)).toEqual([[uah('100.03'), { amount: '5.00', currency: 'USD' }], [uah('10.00')], [uah('1000.00')], [uah('7.00')]])
  expect(columns.map(({ weightedAmounts }) => weightedAmounts[0])).toEqual([uah('10.00'), uah('5.00'), uah('1000.00'), uah('0.00')])
  expect(columns[0]!.opportunities.map(({ id }) => id)).toEqual([late.id, cards[0]!.id])
  const filtered = await board(pipeline.id, 'nadia', 'amount>=100')
  expect(filtered.columns.map(({ count }) => count)).toEqual([1n, 0n, 1n, 0n])
  expect(await refusal(board(newId()))).toBe('NOT_FOUND NOT_FOUND')
})

test('the funnel follows the history of stages', async () => {
  const pipeline = await addPipeline({ name: 'Воронка', stages: [{ name: 'А', probability: 10 }, { name: 'Б', probability: 50 }, { name: 'В', probability: 90 }] })
  const add = async (...to: number[]): Promise<Opportunity> => {
    const made = await create({ pipelineId: pipeline.id, amount: uah('100') })
    for (const n of to) await move(made.id, stage(n, pipeline))
    return made
  }
  await add() // open at А
  await add(1, 0) // reached Б, back at А
  await lose((await add()).id) // lost at А
  await lose((await add(1)).id) // lost at Б
  await win((await add(1, 2)).id) // won through all
  await win((await add(2)).id) // won, skipped Б
  const result = await funnel(pipeline.id)
  // А: 6 came, one is still there, of 5 one was lost: 80 %. Б: 4 passed it, one may go on still, of 3 one was lost.
  expect(result.stages.map(({ entered, conversionPercent, openCount }) => [entered, Math.round(conversionPercent * 10) / 10, openCount])).toEqual([
    [6n, 80, 2n], [4n, 66.7, 0n], [2n, 100, 0n],
  ])
  expect(result).toMatchObject({ wonCount: 2n, wonAmounts: [uah('200.00')], lostCount: 2n, winRatePercent: 50, openCount: 2n })
})

test('stages are changed as a whole; one with opportunities stays, one with a past only leaves the order', async () => {
  const pipeline = await addPipeline({ name: 'Етапи', stages: [{ name: 'А', probability: 10 }, { name: 'Б', probability: 50 }, { name: 'В', probability: 90 }] })
  const { id } = await create({ pipelineId: pipeline.id })
  const [a, b, c] = pipeline.stages
  expect(await refusal(changePipeline({ id: pipeline.id, stages: [b, c] }, ['stages']))).toBe('FAILED_PRECONDITION STAGE_IN_USE')
  await move(id, b!.id!)
  const next = await changePipeline({ id: pipeline.id, stages: [c, { name: 'Г', probability: 5 }, b] }, ['stages'])
  expect(next.stages.map(({ name }) => name)).toEqual(['В', 'Г', 'Б'])
  expect((await stays(id)).map(({ stageId }) => stageId)).toEqual([a!.id, b!.id])
  expect(await refusal(move(id, a!.id!))).toBe('INVALID_ARGUMENT FIELDS_INVALID')
  expect(await refusal(changePipeline({ id: pipeline.id, etag: '1', name: 'Застаріле' }, ['name']))).toBe('ABORTED ETAG_MISMATCH')
  expect(await refusal(addPipeline({ name: 'Етапи', stages: [{ name: 'А', probability: 1 }] }))).toBe('ALREADY_EXISTS TAKEN')
})

test('a stage of decided opportunities can go: one that is opened again begins at the first', async () => {
  const pipeline = await addPipeline({ name: 'Прибрати етап', stages: [{ name: 'А', probability: 10 }, { name: 'Б', probability: 50 }] })
  const [a, b] = pipeline.stages
  const { id } = await create({ pipelineId: pipeline.id, stageId: b!.id })
  await expect(changePipeline({ id: pipeline.id, stages: [a] }, ['stages'])).rejects.toMatchObject({ reason: 'STAGE_IN_USE', metadata: { name: 'Б', open: '1' } })
  await win(id)
  expect((await changePipeline({ id: pipeline.id, stages: [a] }, ['stages'])).stages).toHaveLength(1)
  expect(await get(id)).toMatchObject({ state: OpportunityState.WON, stageId: b!.id, probability: 100 })
  expect(await funnel(pipeline.id)).toMatchObject({ wonCount: 1n, winRatePercent: 100 })
  expect(await reopen(id)).toMatchObject({ state: OpportunityState.OPEN, stageId: a!.id, probability: 10 })
  expect((await stays(id)).map(({ stageId, stageName, state }) => [stageId, stageName, state])).toEqual([
    [b!.id, 'Б', OpportunityState.OPEN], [b!.id, 'Б', OpportunityState.WON], [a!.id, 'А', OpportunityState.OPEN],
  ])
  expect((await board(pipeline.id)).columns[0]).toMatchObject({ stageId: a!.id, count: 1n })
})

test('an archived pipeline takes no new opportunities, and what is in it goes on; the default one is not archived', async () => {
  const pipeline = await addPipeline({ name: 'На полицю', stages: [{ name: 'А', probability: 10 }, { name: 'Б', probability: 50 }] })
  const { id } = await create({ pipelineId: pipeline.id })
  expect(await changePipeline({ id: pipeline.id, archived: true }, ['archived'])).toMatchObject({ archived: true, name: 'На полицю', stages: pipeline.stages })
  await expect(create({ pipelineId: pipeline.id })).rejects.toMatchObject({ violations: [{ field: 'pipelineId', rule: 'archived' }] })
  const { errors } = await importFile(service, 'title,pipeline,owner\nНова на полицю,На полицю,nadia\n')
  expect(errors).toMatchObject([{ field: 'pipeline', rule: 'archived' }])
  expect(await move(id, stage(1, pipeline))).toMatchObject({ stageId: stage(1, pipeline) })
  await expect(changePipeline({ id: pipeline.id, isDefault: true }, ['isDefault'])).rejects.toMatchObject({ violations: [{ field: 'archived' }] })
  await expect(changePipeline({ id: standard.id, archived: true }, ['archived'])).rejects.toMatchObject({ violations: [{ field: 'archived' }] })
  await expect(addPipeline({ name: 'Обидва', stages: [{ name: 'А', probability: 1 }], isDefault: true, archived: true })).rejects.toMatchObject({ violations: [{ field: 'archived' }] })
  await changePipeline({ id: pipeline.id, archived: false }, ['archived'])
  expect(await create({ pipelineId: pipeline.id })).toMatchObject({ stageId: stage(0, pipeline) })
})

test('nothing comes to a stage that is being taken out', async () => {
  const pipeline = await addPipeline({ name: 'Перегони', stages: [{ name: 'А', probability: 10 }, { name: 'Б', probability: 50 }] })
  const { id } = await create({ pipelineId: pipeline.id })
  const to = stage(1, pipeline)
  // What an update of the pipeline does, held open in the middle.
  const taking = async (tx: Tx) => {
    await many(tx, sql`select id from stage where id = ${to} for update`)
    await exec(tx, sql`update stage set position = null where id = ${to}`)
  }
  const [outcome] = await besides(service.pool, taking, () => refusal(move(id, to)))
  expect(outcome).toBe('INVALID_ARGUMENT FIELDS_INVALID')
})

// Seen failing with a pipeline that was looked at before its stage was held.
test('nothing new comes to a pipeline that is just being archived', async () => {
  const pipeline = await addPipeline({ name: 'Перегони з полицею', stages: [{ name: 'А', probability: 10 }] })
  // What an update of the pipeline does, held open in the middle.
  const archiving = async (tx: Tx) => {
    await many(tx, sql`select id from stage where pipeline_id = ${pipeline.id} for update`)
    await exec(tx, sql`update pipeline set archived = true where id = ${pipeline.id}`)
  }
  const [outcome] = await besides(service.pool, archiving, () => create({ pipelineId: pipeline.id }).catch((error: unknown) => error))
  expect(outcome).toMatchObject({ violations: [{ field: 'pipelineId', rule: 'archived' }] })
})

test('one pipeline is the default, whoever chooses at once', async () => {
  const made = await Promise.all(['Перша', 'Друга', 'Третя'].map((name) => addPipeline({ name, stages: [{ name: 'А', probability: 1 }], isDefault: true })))
  const defaults = await service.call(Pipelines.listPipelines, { pageSize: 0, pageToken: '', filter: 'isDefault=true', orderBy: '' })
  expect(defaults.pipelines).toHaveLength(1)
  expect(made.map(({ id }) => id)).toContain(defaults.pipelines[0]!.id)
  expect(await refusal(changePipeline({ id: defaults.pipelines[0]!.id, isDefault: false }, ['is_default']))).toBe('FAILED_PRECONDITION PIPELINE_DEFAULT')
  await changePipeline({ id: standard.id, isDefault: true }, ['is_default'])
  expect(await create()).toMatchObject({ pipelineId: standard.id })
})

test('lists are filtered, ordered and paged', async () => {
  const made = await Promise.all(['3', '1', '2'].map((amount) => create({ product: 'Список', amount: uah(amount), expectedCloseDate: `2031-01-0${amount}`, externalId: `list-${amount}` })))
  const ids = (...order: number[]) => order.map((n) => made[n]!.id)
  const of = async (filter: string, orderBy = '') => (await found(filter, 'admin', orderBy)).map(({ id }) => id)
  expect(await of('product="Список"', 'amount')).toEqual(ids(1, 2, 0))
  expect(await of('product="Список"', 'expectedCloseDate desc')).toEqual(ids(0, 2, 1))
  expect(await of('expectedCloseDate>=2031-01-02 AND product="Список"', 'amount desc')).toEqual(ids(0, 2))
  expect(await of('externalId="list-2"')).toEqual(ids(2))
  const named = made.slice(0, 2).map(({ id }) => `id="${id}"`).join(' OR ')
  expect(await of(named, 'amount')).toEqual(ids(1, 0))
  expect(await found(named, 'taras')).toEqual([])
  const filter = 'product="Список" AND state=open'
  const first = await service.call(Opportunities.listOpportunities, { pageSize: 2, pageToken: '', filter, orderBy: 'amount' }, { as: 'admin' })
  const second = await service.call(Opportunities.listOpportunities, { pageSize: 2, pageToken: first.nextPageToken, filter, orderBy: 'amount' }, { as: 'admin' })
  expect([...first.opportunities, ...second.opportunities].map(({ id }) => id)).toEqual(ids(1, 2, 0))
  for (const orderBy of ['createTime', 'openTime', 'closeTime desc', 'stageEnterTime', 'title']) expect(await of('product="Список"', orderBy)).toHaveLength(3)
  for (const one of [`stageId="${stage(0)}"`, `pipelineId="${standard.id}"`, `ownerId="${people.nadia.id}"`, `branchId="${branches.kyiv}"`, 'closeTime>=2020-01-01', 'openTime>=2020-01-01']) {
    expect((await of(one)).length).toBeGreaterThan(0)
  }
})

// Seen failing: no branch looked up (one series for all).
test('opportunities of a branch with a prefix have numbers of their own', async () => {
  const data = { branch: { id: branches.lviv, name: 'Львів', code: '', parentId: branches.head, numberingPrefix: 'ЛЬВ' } }
  await service.receive({ type: BranchChangedEvent, key: branches.lviv, revision: 9, data })
  const saved = await Promise.all([create({ branchId: branches.lviv }, 'admin'), create({ branchId: branches.kyiv }, 'admin'), create({ branchId: branches.lviv }, 'admin')])
  const year = new Date().getUTCFullYear()
  const numbers = saved.map(({ number }) => number)
  expect([numbers[0]!, numbers[2]!].toSorted()).toEqual([`У-ЛЬВ-${year}-00001`, `У-ЛЬВ-${year}-00002`])
  expect(numbers[1]).toMatch(/^У-\d{4}-\d{5}$/)
})

// Seen failing with the year of UTC: what was added at half past midnight in Kyiv went into the series of the year before.
test('the year of a number is that of the branch', async () => {
  const one = await create({ branchId: branches.kyiv }, 'admin')
  const numbered = inTx(service.pool, async (tx) => {
    const [saved] = await insertOpportunities(tx, { ...deps.rights.data(), zone: 'Europe/Kyiv' }, [{ ...one, id: newId() }], new Date('2029-12-31T22:30:00Z'))
    throw new Error(saved!.number) // nothing of it stays
  })
  await expect(numbered).rejects.toThrow(/^У-2030-/)
})

// Seen failing without the rights of the author in its statement: the opportunity of Lviv went too.
test('closed opportunities lose their words when a rule says so, with the rights of its author; sums and stages stay', async () => {
  const closed = async (more: object, as: As) => {
    const { id } = await create({ title: 'Давня угода', note: 'слова', amount: uah('100'), ...more }, as)
    await win(id, as)
    await exec(service.pool, sql`update opportunity set closed_at = now() - interval '40 months' where id = ${id}`)
    return id
  }
  const [here, there, open] = [await closed({}, 'olena'), await closed({}, 'bohdan'), (await create({ title: 'Відкрита' })).id]
  const rule = RetentionRule.fromPartial({ displayName: 'Угоди', resource: 'opportunities', ageMonths: 36, enabled: true })
  await expect(service.call(Rules.createRetentionRule, { retentionRule: { ...rule, ageMonths: 12 } })).rejects.toMatchObject({ violations: [{ field: 'ageMonths', rule: 'minimum' }] })
  const { id } = await service.call(Rules.createRetentionRule, { retentionRule: rule }, { as: 'olena' })
  expect((await service.call(Rules.previewRetentionRule, { id }, { as: 'olena' })).items.map((item) => item.id)).toEqual([here])
  await carryOutDue(deps, retained)
  expect(await get(here)).toMatchObject({ title: '', note: '', amount: uah('100.00'), state: OpportunityState.WON })
  expect((await get(there)).title).toBe('Давня угода')
  expect((await get(open)).title).toBe('Відкрита')
  expect((await typesOf(here)).at(-1)).toBe('OpportunityChanged')
})

// Seen failing with the hold left out of the resource: its opportunity lost its words.
test('opportunities of a client on hold keep their words until the hold ends', async () => {
  const client = '01900000-0000-7000-8000-00000000c0de'
  const { id } = await create({ title: 'Спірна угода' }, 'admin')
  await win(id, 'admin')
  await exec(service.pool, sql`update opportunity set closed_at = now() - interval '90 months', counterparty_id = ${client} where id = ${id}`)
  const tell = (revision: number, more: object) =>
    service.receive({ type: LegalHoldChangedEvent, key: client, revision, data: LegalHoldChangedEvent.codec.fromPartial({ legalHold: { id: client, counterpartyId: client, ...more } } as object) })
  await tell(1, {})
  const rule = await service.call(Rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: 'Найдавніші', resource: 'opportunities', ageMonths: 80, enabled: true }) })
  expect(await service.call(Rules.previewRetentionRule, { id: rule.id })).toMatchObject({ count: 0, held: [{ reason: 'hold', count: 1 }] })
  await carryOutDue(deps, retained)
  expect((await get(id)).title).toBe('Спірна угода')
  await tell(2, { endTime: new Date() })
  await tell(1, {})
  await exec(service.pool, sql`update retention_rule set run_at = null, begun_at = null`)
  await carryOutDue(deps, retained)
  expect((await get(id)).title).toBe('')
})

// Seen failing with the contact person left out of `onHold`, and with the merged one: their opportunities lost their words.
test('a hold on a contact person, and one from before a merge, keep opportunities too', async () => {
  const [person, merged, survivor, hold, other] = Array.from({ length: 5 }, () => randomUUID())
  const aged = async (title: string, set: ReturnType<typeof sql>) => {
    const { id } = await create({ title }, 'admin')
    await win(id, 'admin')
    await exec(service.pool, sql`update opportunity set closed_at = now() - interval '110 months', ${set} where id = ${id}`)
    return id
  }
  const tell = (id: string, more: object) =>
    service.receive({ type: LegalHoldChangedEvent, key: id, revision: 1, data: LegalHoldChangedEvent.codec.fromPartial({ legalHold: { id, ...more } } as object) })
  await service.receive(client(survivor!, 'ТОВ «Залишається»', 'nadia'), client(merged!, 'ТОВ «Іде»', 'nadia'))
  const ids = [await aged('Від особи', sql`contact_person_id = ${person!}`), await aged('Того, хто лишився', sql`counterparty_id = ${survivor!}`), await aged('Нічия', sql`note = ''`)]
  await tell(hold!, { contactPersonId: person })
  await tell(other!, { counterpartyId: merged })
  const firm = (id: string) => ({ id, etag: '2', displayName: 'ТОВ', responsibleId: people.nadia.id, branchId: branches.kyiv })
  await service.receive({ type: CounterpartyMergedEvent, key: survivor!, revision: 2, data: CounterpartyMerged.fromPartial({ mergeId: randomUUID(), survivor: firm(survivor!), merged: firm(merged!) }) })
  const rule = await service.call(Rules.createRetentionRule, { retentionRule: RetentionRule.fromPartial({ displayName: 'Столітні', resource: 'opportunities', ageMonths: 100, enabled: true }) })
  expect(await service.call(Rules.previewRetentionRule, { id: rule.id })).toMatchObject({ count: 1, held: [{ reason: 'hold', count: 2 }] })
  await carryOutDue(deps, retained)
  expect(await Promise.all(ids.map(async (id) => (await get(id)).title))).toEqual(['Від особи', 'Того, хто лишився', ''])
})
