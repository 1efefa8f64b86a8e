import { scopeOf, viewOnly, type Caller, type RightsData } from '@vitrylo/auth'
import { withCustom } from '@vitrylo/custom'
import { etagMismatch, notFound } from '@vitrylo/errors'
import { appendOutbox, type OutgoingEvent } from '@vitrylo/events'
import { dayOf, pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import { OpportunityState, type Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import { fromWord, wordOf, wordsOf } from '@vitrylo/proto/words.ts'
import { endShares, remembered, zoneOf } from '@vitrylo/service'
import { explained } from '../constraints.ts'
import type { Told } from './opportunity.ts'

export type OpportunityRow = {
  id: string
  number: string
  title: string
  counterparty_id: string | null
  counterparty_name: string | null
  contact_person_id: string | null
  pipeline_id: string
  stage_id: string
  stage_probability: number
  state: string
  amount: string | null
  currency: string | null
  expected_close_date: string | null
  owner_id: string
  branch_id: string
  source: string
  request_id: string | null
  next_step: string
  next_step_date: string | null
  lost_reason: string
  stage_entered_at: Date
  opened_at: Date
  closed_at: Date | null
  note: string
  external_id: string
  product: string
  custom: Record<string, unknown>
  revision: number
  created_at: Date
  updated_at: Date
}

export const columns = sql`o.id, o.number, o.title, o.counterparty_id,
  (select c.name from counterparty c where c.id = o.counterparty_id) as counterparty_name, o.contact_person_id, o.pipeline_id,
  o.stage_id, (select s.probability from stage s where s.id = o.stage_id) as stage_probability, o.state, o.amount, o.currency,
  o.expected_close_date, o.owner_id, o.branch_id, o.source, o.request_id, o.next_step, o.next_step_date, o.lost_reason,
  o.stage_entered_at, o.opened_at, o.closed_at, o.note, o.external_id, o.product, o.custom, o.revision, o.created_at, o.updated_at`

const PROBABILITY: Record<string, number> = { won: 100, lost: 0 }

export const fromRow = (row: OpportunityRow): Opportunity => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  number: row.number,
  title: row.title,
  counterpartyId: row.counterparty_id ?? undefined,
  counterpartyName: row.counterparty_name ?? '',
  contactPersonId: row.contact_person_id ?? undefined,
  pipelineId: row.pipeline_id,
  stageId: row.stage_id,
  state: fromWord(OpportunityState, row.state),
  amount: row.amount === null ? undefined : { amount: row.amount, currency: row.currency! },
  expectedCloseDate: row.expected_close_date ?? '',
  ownerId: row.owner_id,
  branchId: row.branch_id,
  source: row.source,
  requestId: row.request_id ?? undefined,
  nextStep: row.next_step,
  nextStepDate: row.next_step_date ?? '',
  lostReason: row.lost_reason,
  stageEnterTime: row.stage_entered_at,
  openTime: row.opened_at,
  closeTime: row.closed_at ?? undefined,
  probability: PROBABILITY[row.state] ?? row.stage_probability,
  note: row.note,
  externalId: row.external_id,
  product: row.product,
  custom: row.custom,
  access: undefined,
})

export const scope = (caller: Caller, action: string): Sql =>
  scopeOf(caller, 'opportunities', action, { branch: sql`o.branch_id`, owner: sql`o.owner_id`, record: sql`o.id` })

// Every order has an index of the same expression together with the id.
const amount = sql`coalesce(o.amount, 0::numeric)`
const closeTime = sql`coalesce(o.closed_at, 'infinity'::timestamptz)`
const expectedCloseDate = sql`coalesce(o.expected_close_date, 'infinity'::date)`

export const list: ListDefinition = {
  id: sql`o.id`,
  section: 'opportunities',
  fields: {
    state: { column: sql`o.state`, type: 'word', words: wordsOf(OpportunityState) },
    title: { column: sql`o.title`, type: 'text' },
    amount: { column: sql`o.amount`, currency: sql`o.currency`, type: 'money', nullable: true },
    stageId: { column: sql`o.stage_id`, type: 'uuid', reference: 'stages' },
    pipelineId: { column: sql`o.pipeline_id`, type: 'uuid', reference: 'pipelines' },
    ownerId: { column: sql`o.owner_id`, type: 'uuid', reference: 'employees' },
    branchId: { column: sql`o.branch_id`, type: 'uuid', reference: 'branches' },
    counterpartyId: { column: sql`o.counterparty_id`, type: 'uuid', reference: 'counterparties', nullable: true },
    requestId: { column: sql`o.request_id`, type: 'uuid', nullable: true },
    externalId: { column: sql`o.external_id`, type: 'text' },
    number: { column: sql`o.number`, type: 'text' },
    note: { column: sql`o.note`, type: 'text' },
    nextStep: { column: sql`o.next_step`, type: 'text' },
    product: { column: sql`o.product`, type: 'text' },
    source: { column: sql`o.source`, type: 'text' },
    lostReason: { column: sql`o.lost_reason`, type: 'text' },
    expectedCloseDate: { column: sql`o.expected_close_date`, type: 'date', nullable: true },
    nextStepDate: { column: sql`o.next_step_date`, type: 'date', nullable: true },
    createTime: { column: sql`o.created_at`, type: 'time' },
    openTime: { column: sql`o.opened_at`, type: 'time' },
    closeTime: { column: sql`o.closed_at`, type: 'time', nullable: true },
    stageEnterTime: { column: sql`o.stage_entered_at`, type: 'time' },
  },
  orders: {
    createTime: { column: sql`o.created_at`, type: 'timestamptz' },
    openTime: { column: sql`o.opened_at`, type: 'timestamptz' },
    closeTime: { column: closeTime, type: 'timestamptz' },
    stageEnterTime: { column: sql`o.stage_entered_at`, type: 'timestamptz' },
    expectedCloseDate: { column: expectedCloseDate, type: 'date' },
    amount: { column: amount, type: 'numeric' },
    title: { column: sql`o.title`, type: 'text' },
  },
  defaultOrder: 'createTime desc',
}

/** With the custom fields of today. */
export const listFor = (caller: Caller): ListDefinition => withCustom(list, caller, 'opportunities', 'o.')

export async function getOpportunity(db: Db, caller: Caller, id: string): Promise<Opportunity> {
  const row = await one<OpportunityRow>(db, sql`select ${columns} from opportunity o where o.id = ${id} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('opportunity', id)
  return fromRow(row)
}

/** A page of those that the asker may see and that further actions reach. */
export async function listOpportunities(pool: Pool, asker: Asker, request: ListRequest, ...actions: readonly string[]) {
  const page = pageOf(listFor(asker.caller), request, asker)
  const { rows, nextPageToken } = await page.read<OpportunityRow>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from opportunity o
        where ${sql.join(['view', ...actions].map((action) => scope(asker.caller, action)), ' and ')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { opportunities: rows.map(fromRow), nextPageToken }
}

export async function opportunitiesOf(db: Db, ids: readonly string[]): Promise<Opportunity[]> {
  return (await many<OpportunityRow>(db, sql`select ${columns} from opportunity o where o.id = any(${ids}::uuid[]) order by o.id`)).map(fromRow)
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockOpportunity(tx: Tx, caller: Caller, action: string, id: string, etag: string): Promise<Opportunity> {
  const row = await one<OpportunityRow>(
    tx,
    sql`select ${columns} from opportunity o where o.id = ${id} and ${scope(caller, action)} for update`,
  )
  if (row === undefined) {
    await getOpportunity(tx, caller, id)
    throw viewOnly('opportunities', action, id)
  }
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('opportunity', id)
  return remembered(fromRow(row))
}

/** `zone`: of branches without a calendar. */
type Numbering = Pick<RightsData, 'numberingPrefixes' | 'calendars'> & { zone: string }

/** Adds them with the next numbers of the branch's year, of its own series where it has a prefix; times, stage and state are as given: imports bring a past. */
export async function insertOpportunities(tx: Tx, { numberingPrefixes, calendars, zone }: Numbering, opportunities: readonly Opportunity[], now: Date): Promise<Opportunity[]> {
  if (opportunities.length === 0) return []
  const yearOf = (branchId: string | undefined): string => dayOf(now, zoneOf({ calendars }, branchId, zone)).slice(0, 4)
  const numbers = await nextNumbers(
    tx,
    opportunities.map(({ branchId }) => ['У', numberingPrefixes.get(branchId ?? ''), yearOf(branchId)].filter((part) => part !== undefined).join('-')),
  )
  const column = (value: (o: Opportunity) => unknown) => opportunities.map(value)
  const rows = await explained(
    many<OpportunityRow>(
      tx,
      sql`insert into opportunity as o (id, number, title, counterparty_id, contact_person_id, pipeline_id, stage_id, state, amount,
            currency, expected_close_date, owner_id, branch_id, source, request_id, next_step, next_step_date, lost_reason,
            stage_entered_at, opened_at, closed_at, note, external_id, product, custom, revision, created_at, updated_at)
          select n.*, ${now}, ${now} from unnest(
            ${column(({ id }) => id)}::uuid[],
            ${numbers}::text[],
            ${column(({ title }) => title)}::text[], ${column(({ counterpartyId }) => counterpartyId ?? null)}::uuid[],
            ${column(({ contactPersonId }) => contactPersonId ?? null)}::uuid[], ${column(({ pipelineId }) => pipelineId)}::uuid[],
            ${column(({ stageId }) => stageId)}::uuid[], ${column(({ state }) => wordOf(OpportunityState, state))}::text[],
            ${column((o) => o.amount?.amount ?? null)}::numeric[], ${column((o) => o.amount?.currency ?? null)}::text[],
            ${column((o) => o.expectedCloseDate || null)}::date[], ${column(({ ownerId }) => ownerId)}::uuid[],
            ${column(({ branchId }) => branchId)}::uuid[], ${column(({ source }) => source)}::text[],
            ${column(({ requestId }) => requestId ?? null)}::uuid[], ${column(({ nextStep }) => nextStep)}::text[],
            ${column((o) => o.nextStepDate || null)}::date[], ${column(({ lostReason }) => lostReason)}::text[],
            ${column((o) => o.stageEnterTime)}::timestamptz[], ${column(({ openTime }) => openTime)}::timestamptz[],
            ${column((o) => o.closeTime ?? null)}::timestamptz[], ${column(({ note }) => note)}::text[],
            ${column(({ externalId }) => externalId)}::text[], ${column(({ product }) => product)}::text[],
            ${column(({ custom }) => JSON.stringify(custom ?? {}))}::jsonb[],
            ${column(({ etag }) => Number(etag))}::bigint[]
          ) as n returning ${columns}`,
    ),
  )
  const byId = new Map(rows.map((row) => [row.id, fromRow(row)]))
  return opportunities.map(({ id }) => byId.get(id)!)
}

/** One statement whatever the series; always in one order, so that two imports never wait for each other. */
async function nextNumbers(tx: Tx, series: readonly string[]): Promise<string[]> {
  const counts = new Map<string, number>()
  for (const name of series) counts.set(name, (counts.get(name) ?? 0) + 1)
  const names = [...counts.keys()].toSorted()
  const taken = await many<{ name: string; last: number }>(
    tx,
    sql`insert into number_series as n (name, last) select * from unnest(${names}::text[], ${names.map((name) => counts.get(name)!)}::bigint[])
        on conflict (name) do update set last = n.last + excluded.last returning name, last`,
  )
  const next = new Map(taken.map(({ name, last }) => [name, last - counts.get(name)!]))
  return series.map((name) => {
    const number = next.get(name)! + 1
    next.set(name, number)
    return `${name}-${String(number).padStart(5, '0')}`
  })
}

export async function updateOpportunity(tx: Tx, o: Opportunity, now: Date): Promise<Opportunity> {
  const row = await explained(
    one<OpportunityRow>(
      tx,
      sql`update opportunity o set title = ${o.title}, counterparty_id = ${o.counterpartyId ?? null},
            contact_person_id = ${o.contactPersonId ?? null}, stage_id = ${o.stageId}, state = ${wordOf(OpportunityState, o.state)},
            amount = ${o.amount?.amount ?? null}, currency = ${o.amount?.currency ?? null},
            expected_close_date = ${o.expectedCloseDate || null}, owner_id = ${o.ownerId}, branch_id = ${o.branchId},
            source = ${o.source}, request_id = ${o.requestId ?? null}, next_step = ${o.nextStep},
            next_step_date = ${o.nextStepDate || null}, lost_reason = ${o.lostReason}, stage_entered_at = ${o.stageEnterTime},
            closed_at = ${o.closeTime ?? null}, note = ${o.note}, external_id = ${o.externalId}, product = ${o.product},
            custom = ${JSON.stringify(o.custom ?? {})},
            revision = revision + 1, updated_at = ${now}
          where id = ${o.id} returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export async function deleteOpportunity(tx: Tx, { id }: Opportunity, now: Date): Promise<void> {
  await exec(tx, sql`delete from opportunity where id = ${id}`)
  await endShares(tx, 'opportunities', [id], now)
}

/** An event of an opportunity as it is in `opportunity`; live it goes to all who may see that, the owner among them. */
export function eventOf({ type, more }: Told, opportunity: Opportunity, actorId = '', time?: Date): OutgoingEvent {
  const { id: key, etag, branchId, ownerId, counterpartyId } = opportunity
  const data = { opportunity, actorId, ...more }
  return { type, key, revision: Number(etag), data, branchId, ownerId, counterpartyId, time }
}

/** Tells the others, after the row is locked. */
export async function publish(tx: Tx, told: Told, opportunity: Opportunity, actorId?: string): Promise<Opportunity> {
  await appendOutbox(tx, [eventOf(told, opportunity, actorId)])
  return opportunity
}
