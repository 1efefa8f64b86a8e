import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exec, many, one, sql } from '@vitrylo/pg'
import { OpportunityState } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { OpportunityServiceService as Opportunities } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import { CreatePipelineRequest, PipelineServiceService as Pipelines } from '@vitrylo/proto/vitrylo/sales/v1/pipeline_service.ts'
import { branches, defineField, limitFields, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { ImportRules } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { sales } from '../src/index.ts'
import { client, conflictsOf, importFile, undoImport } from './rig.ts'

let service: TestService
const kyivClient = randomUUID()

beforeAll(async () => {
  service = await startTestService(sales)
  await service.receive(
    client(kyivClient, 'ТОВ «Дніпровські млини»', 'nadia', 1, { externalId: 'mlyny' }),
    client(randomUUID(), 'Готель «Стара ратуша»', 'bohdan'),
    client(randomUUID(), 'Двійник', 'nadia'),
    client(randomUUID(), 'двійник', 'nadia'),
  )
})
afterAll(() => service.stop())

const byExternalId = async (externalId: string, as: PersonName = 'admin') =>
  (await service.call(Opportunities.listOpportunities, { pageSize: 0, pageToken: '', filter: `externalId="${externalId}"`, orderBy: '' }, { as })).opportunities[0]!
const staysOf = async (opportunityId: string) => (await service.call(Opportunities.listStageStays, { opportunityId })).stays
const refusals = (errors: { line: bigint; field: string; rule: string }[]) => errors.map(({ line, field, rule }) => `${line} ${field} ${rule}`)

test('a won opportunity comes in with its past, as if it had been led here', async () => {
  const { done } = await importFile(service, `title,counterparty,stage,state,amount,currency,openTime,closeTime,owner,product,externalId
Млини,mlyny,Договір,won,"1 000,50",UAH,2025-01-10,2025-02-09,nadia,Борошно,w-1
`)
  expect(done).toMatchObject({ created: 1n, updated: 0n, failed: 0n })
  const saved = await byExternalId('w-1')
  expect(saved).toMatchObject({
    counterpartyId: kyivClient, state: OpportunityState.WON, amount: { amount: '1000.50', currency: 'UAH' }, ownerId: people.nadia.id, branchId: branches.kyiv,
    openTime: new Date('2025-01-10T00:00:00Z'), closeTime: new Date('2025-02-09T00:00:00Z'), probability: 100, etag: '2',
  })
  expect(await staysOf(saved.id)).toMatchObject([
    { state: OpportunityState.OPEN, enterTime: saved.openTime, leaveTime: saved.closeTime },
    { state: OpportunityState.WON, enterTime: saved.closeTime, leaveTime: undefined },
  ])
  const events = (await service.published()).filter(({ key }) => key === saved.id)
  expect(events.map(({ type, revision, time }) => [type.split('.').at(-1), revision, new Date(time)])).toEqual([
    ['OpportunityCreated', 1, saved.openTime], ['OpportunityWon', 2, saved.closeTime],
  ])
  expect(events[0]!.data).toMatchObject({ opportunity: { state: 'OPPORTUNITY_STATE_OPEN' } })
})

test('a repeated file changes nothing, a newer one moves on by the rules', async () => {
  const file = (row: string) => `externalId;title;stage;state;lostReason;owner\n${row}\n`
  await importFile(service, file('m-1;Пекарня;Пропозиція;open;;nadia'))
  const first = await byExternalId('m-1')
  expect((await importFile(service, file('m-1;Пекарня;Пропозиція;open;;nadia'))).done).toMatchObject({ created: 0n, updated: 1n })
  expect(await byExternalId('m-1')).toEqual(first)
  await importFile(service, file('m-1;Пекарня;Договір;lost;Дорого;'))
  await importFile(service, file('m-1;Пекарня «Житній дім»;;lost;Інше;'))
  expect(await byExternalId('m-1')).toMatchObject({ state: OpportunityState.LOST, lostReason: 'Дорого', title: 'Пекарня «Житній дім»', ownerId: people.nadia.id })
  expect((await staysOf(first.id)).map(({ state }) => state)).toEqual([OpportunityState.OPEN, OpportunityState.OPEN, OpportunityState.LOST])
})

// Seen failing with one entry of the first change alone, and with what was added and lost at once told as it had been open.
test('the audit tells all that one row does to an opportunity, each entry from where the former ended', async () => {
  const before = (await service.recorded()).length
  const row = (rest: string) => `externalId;title;amount;currency;stage;state;lostReason;owner\nau-1;${rest};nadia\n`
  const lost = (id: string) => `externalId;title;state;lostReason;owner\n${id};Інша;lost;Не на часі;nadia\n`
  await importFile(service, row('Пекарня;100;UAH;Пропозиція;open;'))
  const known = await byExternalId('au-1')
  const { done } = await importFile(service, row('Пекарня «Житній дім»;200;UAH;Договір;lost;Дорого'))
  await undoImport(service, done.id)
  await importFile(service, lost('au-2'))
  await importFile(service, lost('au-2').replace('Інша', 'Ще інша'))
  const told = (await service.recorded()).slice(before)
  const of = (id: string) => told.filter(({ recordId }) => recordId === id)
  const facts = of(known.id)
  expect(facts.map(({ changes }) => changes.map(({ field }) => field).sort())).toEqual([
    [],
    ['amount', 'title'], ['probability', 'stageEnterTime', 'stageId'], ['closeTime', 'lostReason', 'probability', 'state'],
    ['amount', 'title'], ['closeTime', 'lostReason', 'probability', 'stageEnterTime', 'stageId', 'state'],
  ])
  expect(facts[3]!.changes.filter(({ field }) => ['state', 'lostReason'].includes(field)).map(({ after }) => after)).toEqual(expect.arrayContaining(['"Дорого"', '"OPPORTUNITY_STATE_LOST"']))
  for (const entries of [facts, of((await byExternalId('au-2')).id)]) {
    expect(entries.slice(1).map(({ beforeHash }) => beforeHash)).toEqual(entries.slice(0, -1).map(({ afterHash }) => afterHash))
  }
  expect(of((await byExternalId('au-2')).id)).toHaveLength(2)
})

// Seen failing without keptFrom in the import: the amount was overwritten, the hidden id of the client told whose it is.
test('what may not be written by hand is not written by a file, and what is hidden tells nothing', async () => {
  const row = (amount: string, by = '') => `externalId,title,amount,currency,owner,counterparty\nl-1,Обмежена,${amount},UAH,nadia,${by}\n`
  await importFile(service, row('100'))
  await limitFields(service.pool, 'sales-managers', [{ section: 'opportunities', field: 'amount', limit: 'read-only' }, { section: 'counterparties', field: 'externalId', limit: 'hide' }])
  const refused = await until(async () => {
    const one = await importFile(service, row('999'), { as: 'nadia', dryRun: true })
    return one.done.failed === 1n ? one : undefined
  }, { timeoutMs: 5_000 })
  expect(refusals(refused.errors)).toEqual(['2 amount right'])
  expect((await importFile(service, row('100'), { as: 'nadia' })).done).toMatchObject({ updated: 1n, failed: 0n })
  expect(refusals((await importFile(service, row('100', 'mlyny'), { as: 'nadia' })).errors)).toEqual(['2 counterparty reference'])
  await limitFields(service.pool, 'sales-managers', [])
})

test('every wrong row is told by line and field, the others go in', async () => {
  const { done, errors } = await importFile(service, `title,counterparty,stage,state,amount,owner,branch,externalId,closeTime
Добре,,,,,nadia,kyiv,e-1,
,,,maybe,12,nadia,,e-2,
Невідомі,Нікого,Ніде,,,ніхто,нема,e-3,
Двозначне,Двійник,,,,nadia,,e-4,
Без кінця,,,open,,nadia,,e-5,2025-01-01
`)
  expect(done).toMatchObject({ rows: 5n, created: 1n, failed: 4n })
  expect(refusals(errors)).toEqual([
    '3 state choice', '3 title required', '3 currency required',
    '4 counterparty reference', '4 owner reference', '4 branch reference', '4 stage reference',
    '5 counterparty ambiguous', '6 closeTime openUntil',
  ])
})

test('who imports reaches no further than by hand', async () => {
  await importFile(service, 'title,owner,externalId\nЧужа,bohdan,s-1\n')
  const { errors } = await importFile(service, `title,owner,externalId,counterparty
Не моя,nadia,s-1,
До Львова,bohdan,s-2,
Чужий клієнт,nadia,s-3,Готель «Стара ратуша»
`, { as: 'olena' })
  expect(refusals(errors)).toEqual(['2 externalId taken', '3 owner scope', '4 counterparty reference'])
})

test('a dry run saves nothing and takes no number', async () => {
  const numbers = () => many(service.pool, sql`select last from number_series`)
  const before = await numbers()
  const { done } = await importFile(service, 'title,owner,externalId\nПроба,nadia,d-1\n', { dryRun: true })
  expect(done).toMatchObject({ created: 1n, dryRun: true })
  expect(await byExternalId('d-1')).toBeUndefined()
  expect(await numbers()).toEqual(before)
})

const folder = new URL('../../../../shared/data/crm-sales-opportunities/', import.meta.url)
const real = existsSync(folder) ? test : test.skip

real('the 8,800 deals of the real set give the known figures', async () => {
  const { id } = await service.call(Pipelines.createPipeline, CreatePipelineRequest.fromPartial({
    pipeline: { name: 'Hardware', stages: [{ name: 'Prospecting', probability: 10 }, { name: 'Engaging', probability: 50 }] },
  }))
  const [, ...deals] = readFileSync(new URL('sales_pipeline.csv', folder), 'utf8').trim().split('\n').map((line) => line.split(','))
  const agents = [...new Set(deals.map(([, agent]) => agent!))]
  for (const [index, agent] of agents.entries()) {
    await exec(service.pool, sql`insert into rights_employee (id, username, display_name, branch_id, groups, disabled, revision)
      values (${randomUUID()}, null, ${agent}, ${index % 2 ? branches.kyiv : branches.lviv}, '{}', false, 1)`)
  }
  await exec(service.pool, sql`update rights_version set version = version + 1`)
  const rows = deals.map(([key, agent, product, , stage, engaged, closed, value]) => {
    const open = stage === 'Prospecting' || stage === 'Engaging'
    return [key, `${product} ${key}`, agent, product, open ? stage : 'Engaging', open ? 'open' : stage, open ? '' : value, engaged, closed].join(',')
  })
  const text = ['externalId,title,owner,product,stage,state,amount,openTime,closeTime', ...rows].join('\n')
  await until(async () => (await importFile(service, text, { defaults: { pipeline: 'Hardware', currency: 'USD' }, dryRun: true })).done.failed === 0n)
  const started = performance.now()
  const { done } = await importFile(service, text, { defaults: { pipeline: 'Hardware', currency: 'USD' } })
  console.log(`8,800 deals imported in ${Math.round(performance.now() - started)} ms`)
  expect(done).toMatchObject({ created: 8800n, failed: 0n })
  const funnel = await service.call(Pipelines.getFunnel, { pipelineId: id, fromTime: undefined, toTime: undefined, branchId: undefined, ownerId: undefined })
  expect(funnel).toMatchObject({ wonCount: 4238n, wonAmounts: [{ amount: '10005534.00', currency: 'USD' }], lostCount: 2473n, openCount: 2089n })
  expect(funnel.stages.map(({ entered, openCount }) => [entered, openCount])).toEqual([[8800n, 500n], [8300n, 1589n]])
  expect(funnel.stages.map(({ conversionPercent }) => conversionPercent.toFixed(2))).toEqual(['100.00', '63.15'])
  expect([funnel.winRatePercent.toFixed(2), funnel.meanDaysToWin.toFixed(2)]).toEqual(['63.15', '51.78'])
  const quarters = await many<{ quarter: string; sum: string }>(service.pool, sql`
    select to_char(closed_at at time zone 'UTC', 'YYYY-Q') as quarter, sum(amount) as sum from opportunity
    where pipeline_id = ${id} and state = 'won' group by 1 order by 1`)
  expect(quarters.map(({ sum }) => sum)).toEqual(['1134672.00', '3086111.00', '2982255.00', '2802496.00'])
  expect(await one(service.pool, sql`select count(*) as stays from stay y join opportunity o on o.id = y.opportunity_id where o.pipeline_id = ${id}`))
    .toEqual({ stays: 8800 + 4238 + 2473 })
})

test('custom fields are columns, judged as by hand; what a row leaves out stays', async () => {
  await defineField(service, 'opportunities', 'tender', {})
  await defineField(service, 'opportunities', 'route', { kind: 'CUSTOM_FIELD_KIND_CHOICE', options: [{ word: 'direct', label: { uk: 'Пряма', en: 'Direct' }, archived: false }] })
  const first = await importFile(service, 'title,counterparty,owner,externalId,custom.tender,custom.route\nТендер,mlyny,nadia,c-1,UA-2026,Пряма\nНе туди,mlyny,nadia,c-2,UA-2027,бічна\n')
  expect([first.done.created, refusals(first.errors)]).toEqual([1n, ['3 custom.route choice']])
  expect((await byExternalId('c-1')).custom).toEqual({ tender: 'UA-2026', route: 'direct' })
  const second = await importFile(service, 'title,counterparty,owner,externalId,custom.tender\nТендер,mlyny,nadia,c-1,UA-2028\n')
  expect(second.done).toMatchObject({ updated: 1n, failed: 0n })
  expect((await byExternalId('c-1')).custom).toEqual({ tender: 'UA-2028', route: 'direct' })
})

const rules = (keys: string[], more: object = {}) => ImportRules.fromPartial({ keys, ...more })
const titled = async (title: string) => (await service.call(Opportunities.listOpportunities, { pageSize: 0, pageToken: '', filter: `title="${title}"`, orderBy: '' })).opportunities

// Seen failing with `found.length > 1` let through, and with the client left out of rowOf.
test('an opportunity is known by number, or by title with its client or sum; several refuse the row', async () => {
  await importFile(service, 'title,counterparty,owner,amount,currency\nРемонт даху,mlyny,nadia,100,UAH\nРемонт даху,Готель «Стара ратуша»,bohdan,200,UAH\nОкрема,,nadia,,\n')
  const [single] = await titled('Окрема')
  const byNumber = await importFile(service, `number,title,note\n${single!.number},Окрема інша,за номером\n`, { rules: rules(['number']) })
  expect(byNumber.done).toMatchObject({ created: 0n, updated: 1n, failed: 0n })
  expect(await titled('Окрема інша')).toMatchObject([{ id: single!.id, note: 'за номером' }])
  const text = 'title,counterparty,amount,currency,note\nРемонт даху,ТОВ «Дніпровські млини»,,,за клієнтом\nРемонт даху,,200.00,UAH,за сумою\n'
  expect((await importFile(service, text, { rules: rules(['title+counterparty', 'title+amount']) })).done).toMatchObject({ created: 0n, updated: 2n, failed: 0n })
  expect((await titled('Ремонт даху')).map(({ note, amount }) => `${amount!.amount} ${note}`).sort()).toEqual(['100.00 за клієнтом', '200.00 за сумою'])
  const several = await importFile(service, 'title,note\nРемонт даху,котрий\n', { rules: rules(['title']) })
  expect([several.done.failed, refusals(several.errors)]).toEqual([1n, ['2 title several']])
})

// Seen failing with `moves` true for every rule (the won one was open again), and with the state of a row without one taken for open.
test('what becomes of a known opportunity: overwritten, filled, merged, left alone; where it stands follows an update alone', async () => {
  const row = (n: number, more: string) => `externalId,title,stage,state,amount,currency,note,source,owner\nk-${n},${more}\n`
  const outcome = async (n: number, known: string) => {
    await importFile(service, row(n, 'Школа,Пропозиція,,100,UAH,старе,,nadia'))
    for (const _again of [1, 2]) await importFile(service, row(n, 'Школа №5,Договір,won,250,UAH,нове,виставка,nadia'), { rules: rules([], { known }) })
    const { title, state, amount, note, source } = await byExternalId(`k-${n}`)
    return [title, state.replace('OPPORTUNITY_STATE_', ''), amount!.amount, note, source]
  }
  expect(await outcome(1, 'IMPORT_KNOWN_UPDATE')).toEqual(['Школа №5', 'WON', '250.00', 'нове', 'виставка'])
  expect(await outcome(2, 'IMPORT_KNOWN_FILL')).toEqual(['Школа', 'OPEN', '100.00', 'старе', 'виставка'])
  expect(await outcome(3, 'IMPORT_KNOWN_MERGE')).toEqual(['Школа №5', 'OPEN', '100.00', 'старе\n\nнове', 'виставка'])
  expect(await outcome(4, 'IMPORT_KNOWN_SKIP')).toEqual(['Школа', 'OPEN', '100.00', 'старе', ''])
  const { done } = await importFile(service, 'externalId,title,note\nk-1,Школа №5,лише нотатка\nk-99,Невідома,\n', { rules: rules([], { unknown: 'IMPORT_UNKNOWN_SKIP', updateFields: ['note'] }) })
  expect(done).toMatchObject({ created: 0n, updated: 1n, skipped: 1n })
  expect(await byExternalId('k-1')).toMatchObject({ state: OpportunityState.WON, note: 'лише нотатка' })
})

// Seen failing with newRows().has always false: both were added.
test('two rows of one opportunity in one file are one, also where they name its client in two ways', async () => {
  const text = 'title,counterparty,owner,note\nДвічі,mlyny,nadia,перший\nДвічі,ТОВ «Дніпровські млини»,nadia,другий\n'
  for (const dryRun of [true, false]) expect((await importFile(service, text, { rules: rules(['title+counterparty']), dryRun })).done).toMatchObject({ created: 1n, updated: 1n })
  expect((await titled('Двічі')).map(({ note }) => note)).toEqual(['другий'])
})

// Seen failing without the scope in withValues together with `visible` in matchRows, and without usableKeys.
test('opportunities out of reach are as if they were not there; keys that are hidden are no keys', async () => {
  await importFile(service, 'title,owner,branch,externalId\nПрихована львівська,bohdan,,hid-1\n')
  const [hidden] = await titled('Прихована львівська')
  for (const [key, row] of [['title', 'Прихована львівська,'], ['number', `Інша,${hidden!.number}`]] as const) {
    const { done } = await importFile(service, `title,number,owner\n${row},olena\n`, { rules: rules([key]), as: 'olena', dryRun: true })
    expect([key, done.created, done.updated, done.failed]).toEqual([key, 1n, 0n, 0n])
  }
  await limitFields(service.pool, 'sales-managers', [{ section: 'opportunities', field: 'title', limit: 'hide' }])
  await until(async () => (await importFile(service, 'title\nБудь-що\n', { rules: rules(['title']), as: 'nadia' }).catch(({ reason }: { reason?: string }) => reason)) === 'KEYS_HIDDEN', { timeoutMs: 5_000 })
  await limitFields(service.pool, 'sales-managers', [])
})

// Seen failing with the revisions of decided ones not remembered (they stayed as changed), and with stays left as the import wrote them.
test('an import is taken back: added ones go, changed fields, stage and state with their history become what they were; what was changed since stays and is listed', async () => {
  const head = 'externalId,title,stage,state,amount,currency,openTime,closeTime,owner,note,lostReason\n'
  await importFile(service, `${head}t-1,Перша,Пропозиція,open,100,UAH,2025-01-10,,nadia,давня,\nt-2,Друга,Пропозиція,open,,,2025-01-10,,nadia,давня,\nt-3,Третя,,lost,,,2025-01-10,2025-02-01,nadia,,Дорого\n`)
  const before = await Promise.all(['t-1', 't-2', 't-3'].map((id) => byExternalId(id)))
  const history = await Promise.all(before.map(({ id }) => staysOf(id)))
  const { done } = await importFile(service, `${head}t-1,Перша нова,Договір,won,200,UAH,,2025-03-01,nadia,нова,\nt-2,Друга,,,,,,,nadia,нова,\nt-3,Третя,Пропозиція,open,,,,,nadia,,\nt-4,Додана,,,,,,,nadia,,\nt-5,Додана й виграна,,won,,,2025-01-10,2025-02-01,nadia,,\nt-6,Додана й змінена,,,,,,,nadia,,\n`)
  expect(done).toMatchObject({ created: 3n, updated: 3n, failed: 0n })
  expect(done.undoExpireTime!.getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000)
  expect(await byExternalId('t-1')).toMatchObject({ state: OpportunityState.WON })
  const write = async (externalId: string, note: string) => service.call(Opportunities.updateOpportunity, { opportunity: { ...(await byExternalId(externalId)), etag: '', note }, updateMask: ['note'] })
  await write('t-2', 'людина')
  await write('t-6', 'людина')

  expect(await undoImport(service, done.id)).toMatchObject({ state: 'IMPORT_STATE_UNDONE', undone: 4n, kept: 2n })
  const facts = ({ title, state, stageId, stageEnterTime, openTime, closeTime, amount, note, lostReason, probability }: object & Record<string, unknown>) => ({ title, state, stageId, stageEnterTime, openTime, closeTime, amount, note, lostReason, probability })
  const after = await Promise.all(['t-1', 't-2', 't-3'].map((id) => byExternalId(id)))
  expect(after.map((one) => facts(one as never))).toEqual([facts(before[0] as never), { ...facts(before[1] as never), note: 'людина' }, facts(before[2] as never)])
  expect(await Promise.all(after.map(({ id }) => staysOf(id)))).toEqual(history)
  expect([await byExternalId('t-4'), await byExternalId('t-5')]).toEqual([undefined, undefined])
  expect(await conflictsOf(service, done.id)).toEqual(['Додана й змінена  changed opportunity', 'Друга note changed opportunity'])
  // Others are told where they stand: the last event of each says so.
  const events = await service.published()
  expect(events.filter(({ key }) => key === before[0]!.id).at(-1)!.type).toMatch(/OpportunityReopened$/)
  expect(events.filter(({ key }) => key === before[2]!.id).at(-1)!.type).toMatch(/OpportunityLost$/)
})

// Seen failing with the revisions that the undo left behind not kept.
test('what an import added and then changed itself is taken back whole; an undo reaches as far as the rights of who asks', async () => {
  const { done } = await importFile(service, 'externalId,title,state,owner,note\nv-1,Раз,won,nadia,перша\nv-1,Раз,won,nadia,друга\n')
  expect(done).toMatchObject({ created: 1n, updated: 1n })
  expect(await undoImport(service, done.id)).toMatchObject({ undone: 2n, kept: 0n })
  expect(await byExternalId('v-1')).toBeUndefined()
  const { done: other } = await importFile(service, 'externalId,title,owner\nv-2,Чуже,nadia\n')
  await expect(undoImport(service, other.id, 'olena')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
