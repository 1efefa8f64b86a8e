import { scopeOf, viewOnly, type Caller } from '@vitrylo/auth'
import { etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { deleteInSlices, exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { CallEvent } from '../call/events.ts'
import { DIRECTIONS, DISPOSITIONS, STATES, type Call } from '../call/model.ts'
import type { Match } from '../party/party-sql.ts'
import type { CallRow } from './call-message.ts'

const columns = sql`c.id, c.pbx_id, c.branch_id, c.owner_id, c.facts, c.counterparty_id, c.contact_person_id, c.matches,
  c.request_id, c.revision, c.created_at, c.updated_at`

export const scope = (caller: Caller, action: string) =>
  scopeOf(caller, 'calls', action, { branch: sql`c.branch_id`, owner: sql`c.owner_id`, record: sql`c.id` })

export const callList: ListDefinition = {
  id: sql`c.id`,
  section: 'calls',
  fields: {
    pbxId: { column: sql`c.pbx_id`, type: 'uuid' },
    direction: { column: sql`c.direction`, type: 'word', words: DIRECTIONS },
    state: { column: sql`c.state`, type: 'word', words: STATES },
    disposition: { column: sql`c.disposition`, type: 'word', words: DISPOSITIONS, nullable: true },
    customerNumber: { column: sql`c.customer_number`, type: 'text' },
    line: { column: sql`c.line`, type: 'text' },
    queues: { column: sql`c.queues`, type: 'array' },
    branchId: { column: sql`c.branch_id`, type: 'uuid', reference: 'branches' },
    ownerId: { column: sql`c.owner_id`, of: 'ownerAgent', type: 'uuid', reference: 'employees', nullable: true },
    counterpartyId: { column: sql`c.counterparty_id`, type: 'uuid', reference: 'counterparties', nullable: true },
    requestId: { column: sql`c.request_id`, type: 'uuid', nullable: true },
    startTime: { column: sql`c.started_at`, type: 'time' },
    endTime: { column: sql`c.ended_at`, type: 'time', nullable: true },
  },
  orders: { startTime: { column: sql`c.started_at`, type: 'timestamptz' } },
  defaultOrder: 'startTime desc',
}

export async function getCall(db: Db, caller: Caller, id: string): Promise<CallRow> {
  const row = await one<CallRow>(db, sql`select ${columns} from call c where c.id = ${id} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('call', id)
  return row
}

/** A page of those that the asker may see and that further actions reach. */
export function listCalls(pool: Pool, asker: Asker, request: ListRequest, ...actions: readonly string[]) {
  const page = pageOf(callList, request, asker)
  return page.read<CallRow>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from call c
        where ${sql.join(['view', ...actions].map((action) => scope(asker.caller, action)), ' and ')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockCall(tx: Tx, caller: Caller, id: string, etag = ''): Promise<CallRow> {
  const row = await one<CallRow>(tx, sql`select ${columns} from call c where c.id = ${id} and ${scope(caller, 'change')} for update`)
  if (row === undefined) {
    await getCall(tx, caller, id)
    throw viewOnly('calls', 'change', id)
  }
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('call', id)
  return row
}

export type Owner = { pbxId: string; branchId: string; ownerId: string | null }

/** Saves what the reducer says now. Whose number it is, is decided once (`match`) and stays. */
export async function saveCall(tx: Tx, call: Call, { pbxId, branchId, ownerId }: Owner, match: Found | undefined, now: Date): Promise<CallRow> {
  const { counterpartyId = null, contactPersonId = null, matches = [] } = match ?? {}
  const row = await one<CallRow>(
    tx,
    sql`insert into call as c (id, pbx_id, branch_id, owner_id, direction, state, disposition, customer_number, line, queues,
          started_at, ended_at, facts, counterparty_id, contact_person_id, matches, revision, created_at, updated_at)
        values (${call.id}, ${pbxId}, ${branchId}, ${ownerId}, ${call.direction}, ${call.state}, ${call.disposition},
          ${call.customerNumber ?? ''}, ${call.line}, ${call.queues}, ${new Date(call.startTime)},
          ${call.endTime === null ? null : new Date(call.endTime)}, ${JSON.stringify(call)}, ${counterpartyId},
          ${contactPersonId}, ${JSON.stringify(matches)}, 1, ${now}, ${now})
        on conflict (id) do update set owner_id = excluded.owner_id, direction = excluded.direction, state = excluded.state,
          disposition = excluded.disposition, customer_number = excluded.customer_number, line = excluded.line,
          queues = excluded.queues, started_at = excluded.started_at, ended_at = excluded.ended_at, facts = excluded.facts,
          counterparty_id = coalesce(c.counterparty_id, excluded.counterparty_id),
          contact_person_id = coalesce(c.contact_person_id, excluded.contact_person_id),
          matches = case when excluded.matches = '[]' then c.matches else excluded.matches end,
          revision = c.revision + 1, updated_at = excluded.updated_at
        returning ${columns}`,
  )
  return row!
}

/** Whom a number belongs to: the one counterparty if it is clear, and everybody who may be meant. */
export type Found = { counterpartyId: string | null; contactPersonId: string | null; matches: Match[] }

/** A call that turned out to be a part of an older one. */
export const removeCall = (tx: Tx, id: string) => exec(tx, sql`delete from call where id = ${id}`)

/** What is heard late of a call that was erased is not kept: it has the number. */
export async function insertEvents(tx: Tx, pbxId: string, events: readonly CallEvent[], callOf: ReadonlyMap<string, string>): Promise<void> {
  if (events.length === 0) return
  await exec(
    tx,
    sql`insert into pbx_event (pbx_id, event_id, call_id, leg, at, body)
        select ${pbxId}, e.* from unnest(${events.map((event) => event.eventId)}::text[],
          ${events.map((event) => callOf.get(event.eventId) ?? null)}::uuid[], ${events.map((event) => event.leg)}::text[],
          ${events.map((event) => new Date(event.at))}::timestamptz[], ${events.map((event) => JSON.stringify(event))}::jsonb[])
          as e (event_id, call_id, leg, at, body)
        where not exists (select from call c where c.id = e.call_id and c.erased)
        on conflict (pbx_id, event_id) do update set call_id = coalesce(excluded.call_id, pbx_event.call_id)`,
  )
}

/** Events that came before it was clear that they belong to a call. */
export const adoptEvents = (tx: Tx, pbxId: string, { id, legKeys }: Call) =>
  exec(tx, sql`update pbx_event set call_id = ${id} where pbx_id = ${pbxId} and call_id is null and leg = any(${legKeys}::text[])`)

export const moveEvents = (tx: Tx, from: string, into: string) =>
  exec(tx, sql`update pbx_event set call_id = ${into} where call_id = ${from}`)

/** The events of calls that may still go on, as the tracker takes them back after a restart. */
export async function livingCalls(db: Db, pbxId: string, endedSince: Date): Promise<{ callId: string; events: CallEvent[] }[]> {
  return many(
    db,
    sql`select e.call_id as "callId", jsonb_agg(e.body order by e.at, e.event_id) as events
        from call c join pbx_event e on e.call_id = c.id
        where c.pbx_id = ${pbxId} and (c.state <> 'ended' or c.ended_at >= ${endedSince})
        group by e.call_id`,
  )
}

export const callsOf = (db: Db, ids: readonly string[]): Promise<CallRow[]> =>
  many<CallRow>(db, sql`select ${columns} from call c where c.id = any(${ids}::uuid[]) order by c.id`)

export async function setCallParty(tx: Tx, id: string, { counterpartyId, contactPersonId = null }: { counterpartyId: string; contactPersonId: string | undefined | null }, now: Date): Promise<CallRow> {
  const row = await one<CallRow>(
    tx,
    sql`update call c set counterparty_id = ${counterpartyId}, contact_person_id = ${contactPersonId}::uuid, revision = revision + 1, updated_at = ${now}
        where id = ${id} returning ${columns}`,
  )
  return row!
}

/** What a request said in one of its revisions: where the call belongs. */
export type ToldRequest = { toldBy: string; revision: number; requestId: string }

/** Whether it is news: that request has said nothing newer, nor has one that was registered later, whose id is greater. */
export async function hearRequest(tx: Tx, id: string, { toldBy, revision }: ToldRequest): Promise<boolean> {
  const heard = await one(
    tx,
    sql`update call set request_told_by = ${toldBy}, request_told_revision = ${revision}
        where id = ${id} and (request_told_by is null or (request_told_by, request_told_revision) < (${toldBy}::uuid, ${revision}::bigint))
        returning id`,
  )
  return heard !== undefined
}

/** Undefined if the call is not known here, or has the request already. */
export const setCallRequest = (tx: Tx, id: string, requestId: string): Promise<CallRow | undefined> =>
  one<CallRow>(
    tx,
    sql`update call c set request_id = ${requestId}, revision = revision + 1, updated_at = now()
        where id = ${id} and request_id is distinct from ${requestId} returning ${columns}`,
  )

const EVENT_DAYS = 90

/** The raw events of calls are kept for 90 days; the calls stay. */
export const pruneEvents = (db: Db, now: Date, ending: AbortSignal) =>
  deleteInSlices(db, sql`pbx_event`, sql`received_at < ${now}::timestamptz - make_interval(days => ${EVENT_DAYS})`, ending)
