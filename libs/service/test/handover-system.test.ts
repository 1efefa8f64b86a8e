// What somebody had who leaves goes to others, in all services, however often a process dies and whatever comes late.
// Seen failing: groups of the leaver that are gone refused the change (nothing began), a statement that cannot run in one kind (it and those after it
// never came to their end).
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { ContactsPossessionServiceService as OfContacts } from '@vitrylo/proto/vitrylo/contacts/v1/contacts_possession_service.ts'
import { CounterpartyServiceService as Counterparties } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { Interaction } from '@vitrylo/proto/vitrylo/contacts/v1/interaction.ts'
import { InteractionServiceService as Interactions } from '@vitrylo/proto/vitrylo/contacts/v1/interaction_service.ts'
import { DirectoryPossessionServiceService as OfDirectory } from '@vitrylo/proto/vitrylo/directory/v1/directory_possession_service.ts'
import type { HandoverPart } from '@vitrylo/proto/vitrylo/directory/v1/handover.ts'
import { HandoverServiceService as Handovers } from '@vitrylo/proto/vitrylo/directory/v1/handover_service.ts'
import { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { OpportunityServiceService as Opportunities } from '@vitrylo/proto/vitrylo/sales/v1/opportunity_service.ts'
import { SalesPossessionServiceService as OfSales } from '@vitrylo/proto/vitrylo/sales/v1/sales_possession_service.ts'
import { Request } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { RequestPossessionServiceService as OfRequests } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_possession_service.ts'
import { RequestServiceService as Requests } from '@vitrylo/proto/vitrylo/servicedesk/v1/request_service.ts'
import { branches, people, until } from '@vitrylo/testkit'
import { startSystem, type System } from './system.ts'

const SERVICES = ['directory', 'contacts', 'sales', 'service-desk'] as const
const MANY = 2_000
const nadia = people.nadia.id
const place = { branchId: branches.kyiv, ownerId: nadia }

let system: System<(typeof SERVICES)[number]>
beforeAll(async () => {
  system = await startSystem(SERVICES)
  await settle()
  await give()
})
afterAll(() => system?.stop())

/** The people where directory keeps them; Nadia stands in for Olena, has filters, answers for a program. */
async function settle(): Promise<void> {
  const { pool } = system.parts.directory
  for (const [name, id] of Object.entries(branches)) await pool.query(`insert into branch (id, name, code, revision, created_at, updated_at) values ($1, $2, $2, 1, now(), now())`, [id, name])
  for (const [username, { id, name, branch, groups, ...more }] of Object.entries(people)) {
    await pool.query(
      `insert into employee (id, display_name, position, branch_id, username, groups, disabled, external_id, revision, created_at, updated_at) values ($1, $2, '', $3, $4, $5, $6, '', 1, now(), now())`,
      [id, name, branches[branch], username, groups, 'disabled' in more],
    )
  }
  await pool.query(`update employee set substitutes = $1 where id = $2`, [JSON.stringify([{ employeeId: nadia, fromTime: '2026-01-01T00:00:00Z', untilTime: '2030-01-01T00:00:00Z' }]), people.olena.id])
  await pool.query(`insert into department (id, name, branch_id, head_id, revision, created_at, updated_at) values (uuidv7(), 'Продаж', $1, $2, 1, now(), now())`, [branches.kyiv, nadia])
  for (const owner of [nadia, people.bohdan.id]) {
    await pool.query(`insert into saved_filter (id, display_name, resource, filter, order_by, columns, groups, owner_id, revision, created_at, updated_at) values (uuidv7(), 'Мої', 'requests', '', '', '{}', '{}', $1, 1, now(), now())`, [owner])
  }
  await pool.query(`insert into integration_account (id, name, owner_id, groups, scopes, requests_per_minute, revision, created_at, updated_at) values (uuidv7(), 'ERP', $1, '{}', '{}', 0, 1, now(), now())`, [nadia])
}

async function give(): Promise<void> {
  const party = (displayName: string, more: object) =>
    system.call('contacts', Counterparties.createCounterparty, { counterparty: Counterparty.fromPartial({ kind: 'COUNTERPARTY_KIND_ORGANISATION', displayName, branchId: branches.kyiv, ...more } as object) })
  const own = await party('ТОВ «Млин»', { responsibleId: nadia })
  await party('ТОВ «Віз»', { responsibleId: people.ihor.id, caretakers: [{ purpose: 'service', employeeId: nadia }, { purpose: 'sales', employeeId: people.ihor.id }] })
  await system.parts.contacts.pool.query(`insert into record_share (section, record_id, holder, action, given_by, given_at) values ('counterparties', $1, $2, 'change', 'admin', now())`, [own.id, nadia])
  await system.parts.contacts.pool.query(`insert into record_share (section, record_id, holder, action, until_at, given_by, given_at) values ('counterparties', $1, $2, 'view', now(), 'admin', now())`, [own.id, people.bohdan.id])
  const meet = (startTime: Date, state: string) =>
    system.call('contacts', Interactions.createInteraction, { interaction: Interaction.fromPartial({ kind: 'INTERACTION_KIND_MEETING', state, subject: state, startTime, counterpartyIds: [own.id], ...place } as object) })
  await meet(new Date(Date.now() + 86_400_000), 'INTERACTION_STATE_PLANNED')
  await meet(new Date(Date.now() - 86_400_000), 'INTERACTION_STATE_HELD')
  const deal = () => system.call('sales', Opportunities.createOpportunity, { opportunity: Opportunity.fromPartial({ title: 'Угода', ...place }) })
  const [open, won] = [await deal(), await deal()]
  await system.call('sales', Opportunities.winOpportunity, { id: won.id, etag: '' })
  await system.parts.sales.pool.query(
    `insert into opportunity select (jsonb_populate_record(o, jsonb_build_object('id', uuidv7(), 'number', 'X-' || n))).* from opportunity o, generate_series(1, $2) n where o.id = $1`, [open.id, MANY - 1],
  )
  await system.call('service-desk', Requests.createRequest, { request: Request.fromPartial({ channel: 'REQUEST_CHANNEL_VISIT', subject: 'Запит', ...place } as object) })
}

const counted = async (): Promise<Record<string, number>> => {
  const ask = { employeeId: nadia }
  const answers = await Promise.all([
    system.call('contacts', OfContacts.countPossessions, ask), system.call('sales', OfSales.countPossessions, ask), system.call('service-desk', OfRequests.countPossessions, ask), system.call('directory', OfDirectory.countPossessions, ask),
  ])
  return Object.fromEntries(answers.flatMap(({ possessions }) => possessions.map(({ kind, count }) => [kind, count])))
}
const HAD = {
  counterparties: 1, caretakers: 1, interactions: 1, 'counterparty-shares': 1, opportunities: MANY, 'opportunity-shares': 0, requests: 1, 'request-shares': 0,
  departments: 1, 'saved-filters': 1, delegations: 1, memberships: 1, 'integration-accounts': 1,
}
const part = (more: object): HandoverPart => ({ kind: '', receiverId: undefined, moved: 0, done: false, kept: false, choices: [], receipts: [], ...more })
const start = (more: object = {}, as?: string) =>
  system.call('directory', Handovers.startHandover, { employeeId: nadia, receiverId: people.bohdan.id, parts: [part({ kind: 'opportunities', receiverId: people.ihor.id })], ...more }, as)
const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason, violations }) => [code, reason, ...violations.map(({ field }: { field: string }) => field)].join(' '))

test('what there is is shown before; who may not, and a receiver who does not work, are refused', async () => {
  expect(await counted()).toEqual(HAD)
  expect(await refusal(system.call('sales', OfSales.countPossessions, { employeeId: nadia }, 'head'))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  expect(await refusal(start({}, 'head'))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  expect(await refusal(start({ receiverId: nadia }))).toBe('INVALID_ARGUMENT FIELDS_INVALID receiverId')
  expect(await refusal(start({ receiverId: people.gone.id, parts: [part({ kind: 'dragons' })] }))).toBe('INVALID_ARGUMENT FIELDS_INVALID parts[0].kind receiverId')
  expect(await refusal(start({ employeeId: people.admin.id }))).toBe('FAILED_PRECONDITION OWN_HANDOVER')
  expect(await refusal(start({ employeeId: branches.kyiv }))).toBe('NOT_FOUND NOT_FOUND')
})

test('everything goes to its receiver though a process is killed in the middle, and what comes late follows', async () => {
  const { id } = await start()
  expect(await refusal(start())).toBe('ALREADY_EXISTS HANDOVER_RUNNING')
  const moved = async () => Number((await system.rowsOf('sales', `select moved from handover_part where kind = 'opportunities'`))[0]?.replace(/\D/g, '') ?? 0)
  await until(async () => (await moved()) > 0, { everyMs: 5 })
  await system.kill('sales')
  expect(await moved()).toBeLessThan(MANY)
  await system.start('sales')
  const state = () => system.call('directory', Handovers.getHandover, { id })
  await until(async () => {
    const { parts, finishTime } = await state()
    expect(parts.filter(({ done }) => !done)).toEqual([])
    return finishTime !== undefined
  }, { timeoutMs: 40_000, everyMs: 100 })
  const { parts, employeeId, actorId } = await state()
  expect([employeeId, actorId]).toEqual([nadia, people.admin.id])
  expect(Object.fromEntries(parts.map((part) => [part.kind, part.moved]))).toEqual(HAD)
  expect(parts.map(({ kind, receiverId }) => [kind, receiverId]).filter(([, to]) => to !== people.bohdan.id)).toEqual([['opportunities', people.ihor.id], ['memberships', undefined]])
  expect(await counted()).toEqual(Object.fromEntries(Object.keys(HAD).map((kind) => [kind, 0])))
  expect(await system.rowsOf('sales', `select state, owner_id, count(*)::int from opportunity group by 1, 2`)).toEqual([`(open,${people.ihor.id},${MANY})`, `(won,${nadia},1)`])
  expect(await system.rowsOf('contacts', `select subject, owner_id from interaction`)).toEqual([`(INTERACTION_STATE_HELD,${nadia})`, `(INTERACTION_STATE_PLANNED,${people.bohdan.id})`])
  expect(await system.rowsOf('contacts', `select caretakers -> 0 ->> 'employeeId', caretakers -> 1 ->> 'employeeId' from counterparty where caretakers <> '[]'`)).toEqual([`(${people.bohdan.id},${people.ihor.id})`])
  // Seen failing: the receiver kept a share of their own that was narrower, and had ended besides.
  expect(await system.rowsOf('contacts', `select holder, action, until_at from record_share`)).toEqual([`(${people.bohdan.id},change,)`])
  // Seen failing with a hand-over that tells nobody: directory went on with the share of who has left, and let the receiver see no history.
  await until(async () => String(await system.rowsOf('directory', `select section, holder from record_share`)) === `(counterparties,${people.bohdan.id})`)
  expect(await system.rowsOf('contacts', `select count(*)::int from timeline where section = 'counterparties' and kind = 'counterparty-changed' and actor_id = '${people.admin.id}'`)).toEqual(['(2)'])
  // Each of them stands in the audit log as a deed of who began it.
  await until(async () => (await system.rowsOf('directory', `select count(*)::int from audit_entry where method = 'HandoverService.StartHandover' and section = 'opportunities'`))[0] === `(${MANY})`, { everyMs: 200 })
  expect(await system.rowsOf('directory', `select disabled, groups from employee where id = $1`, [nadia])).toEqual(['(t,{})'])
  expect(await system.rowsOf('directory', `select substitutes -> 0 ->> 'employeeId' from employee where id = $1`, [people.olena.id])).toEqual([`(${people.bohdan.id})`])
  // Each receiver is told once, of all that became theirs. Seen failing without `notified`: a notice for the request and the planned opportunity each.
  const toldOf = async (to: string) =>
    (await system.parts.directory.pool.query<{ title: string; gains: { kind: string; count: number }[] }>(`select title, gains from notification where employee_id = $1 order by id`, [to])).rows
      .map(({ title, gains }) => [title, Object.fromEntries(gains.map(({ kind, count }) => [kind, count]))])
  const { memberships: _ended, opportunities, ...rest } = HAD
  await until(async () => (await toldOf(people.bohdan.id)).length > 0)
  expect(await toldOf(people.bohdan.id)).toEqual([[people.nadia.name, Object.fromEntries(Object.entries(rest).filter(([, count]) => count > 0))]])
  expect(await toldOf(people.ihor.id)).toEqual([[people.nadia.name, { opportunities }]])
  // Who gave and who received stands in the entry of each record.
  expect(await system.rowsOf('directory', `select distinct (d.content::jsonb ->> 'detail')::jsonb ->> 'employeeId', (d.content::jsonb ->> 'detail')::jsonb ->> 'receiverId' from audit_entry e join audit_detail d using (no)
    where e.method = 'HandoverService.StartHandover' and e.section = 'requests'`)).toEqual([`(${nadia},${people.bohdan.id})`])
  // One of them had a filter of that name already: nothing is lost.
  expect((await system.rowsOf('directory', `select owner_id, display_name from saved_filter`)).map((row) => row.slice(0, 45))).toEqual(Array(2).fill(expect.stringContaining(`(${people.bohdan.id},`)))
  // An event that was long on its way.
  await system.parts['service-desk'].pool.query(
    `insert into request select (jsonb_populate_record(r, jsonb_build_object('id', uuidv7(), 'number', 'LATE', 'owner_id', $1::text))).* from request r limit 1`, [nadia],
  )
  await until(async () => (await system.rowsOf('service-desk', `select owner_id from request where number = 'LATE'`))[0] === `(${people.bohdan.id})`, { timeoutMs: 40_000, everyMs: 200 })
  await until(async () => (await state()).parts.find(({ kind }) => kind === 'requests')!.moved === 2)
  await until(async () => (await toldOf(people.bohdan.id)).length === 2)
  expect((await toldOf(people.bohdan.id))[1]).toEqual([people.nadia.name, { requests: 1 }])
})

// Seen failing with the choices not looked at (all went to one), with kept records counted as late (their part was opened again by each
// sweep), and with kept kinds told to the services (the department lost its head).
test('single records go where it was said, or stay, and so does a whole kind', async () => {
  const ihor = people.ihor.id
  const some = (await system.rowsOf('sales', `select id from opportunity where owner_id = $1 and state = 'open' order by id limit 3`, [ihor])).map((row) => row.slice(1, -1))
  await system.parts.directory.pool.query(`insert into department (id, name, branch_id, head_id, revision, created_at, updated_at) values (uuidv7(), 'Ігорів', $1, $2, 1, now(), now())`, [branches.kyiv, ihor])
  const choices = [{ recordIds: some.slice(0, 2), receiverId: people.head.id }, { recordIds: some.slice(2), receiverId: undefined }]
  const wrong = [part({ kind: 'memberships', kept: true }), part({ kind: 'saved-filters', kept: true, receiverId: people.head.id }), part({ kind: 'opportunities', choices: [choices[0], choices[0]] }), part({ kind: 'integration-accounts', kept: true })]
  expect(await refusal(start({ employeeId: ihor, parts: wrong }))).toBe('INVALID_ARGUMENT FIELDS_INVALID parts[0].kept parts[1].kept parts[2].choices parts[3].kept')
  const { id } = await start({ employeeId: ihor, parts: [part({ kind: 'opportunities', choices }), part({ kind: 'departments', kept: true })] })
  await until(async () => (await system.call('directory', Handovers.getHandover, { id })).finishTime !== undefined, { timeoutMs: 40_000, everyMs: 100 })
  expect(await system.rowsOf('sales', `select owner_id, count(*)::int from opportunity where state = 'open' group by 1`)).toEqual([`(${people.head.id},2)`, `(${ihor},1)`, `(${people.bohdan.id},${MANY - 3})`])
  expect(await system.rowsOf('sales', `select id from opportunity where owner_id = $1 and state = 'open'`, [ihor])).toEqual([`(${some[2]})`])
  expect(await system.rowsOf('directory', `select head_id from department where name = 'Ігорів'`)).toEqual([`(${ihor})`])
  const { parts, actorId } = await system.call('directory', Handovers.getHandover, { id })
  expect([actorId, parts.find(({ kind }) => kind === 'opportunities')!.moved, parts.find(({ kind }) => kind === 'departments')!.kept]).toEqual([people.admin.id, MANY - 1, true])
  // The sweep looks every 15 s for what came late.
  const touched = () => system.rowsOf('sales', `select kind, touched_at from handover_part where handover_id = $1`, [id])
  const before = await touched()
  await new Promise((resolve) => setTimeout(resolve, 17_000))
  expect(await touched()).toEqual(before)
})
