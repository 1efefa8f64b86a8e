import { scopeOf, viewOnly, type Caller } from '@vitrylo/auth'
import { withCustom } from '@vitrylo/custom'
import { etagMismatch, notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import { RequestChannel, RequestState, RoutingRule, type Request, type Routing } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { fromWord, wordOf, wordsOf } from '@vitrylo/proto/words.ts'
import { remembered, type Among } from '@vitrylo/service'
import { explained } from '../constraints.ts'
import type { RequestEvent } from './request.ts'
import type { Load } from './routing.ts'

type Row = {
  id: string
  number: string
  channel: string
  subject: string
  text: string
  counterparty_id: string | null
  counterparty_name: string | null
  contact_person_id: string | null
  phone: string
  call_id: string | null
  state: string
  owner_id: string
  branch_id: string
  queue: string
  routing: { rule: string; group: string; queue: string; openRequests: number; skipped: string[] }
  due_at: Date
  taken_at: Date | null
  closed_at: Date | null
  resolution: string
  opportunity_id: string | null
  missed_call: boolean
  same_as_id: string | null
  same_as_number: string | null
  sender_name: string
  custom: Record<string, unknown>
  revision: number
  received_at: Date
  created_at: Date
  updated_at: Date
}

/** A release before this one, which may run beside it, says of no request when it came. */
const receivedAt = sql`coalesce(r.received_at, r.created_at)`

const columns = sql`r.id, r.number, r.channel, r.subject, r.text, r.counterparty_id,
  (select c.name from counterparty c where c.id = r.counterparty_id) as counterparty_name, r.contact_person_id, r.phone,
  r.call_id, r.state, r.owner_id, r.branch_id, r.queue, r.routing, r.due_at, r.taken_at, r.closed_at, r.resolution,
  r.opportunity_id, r.missed_call, r.same_as_id,
  (select s.number from request s where s.id = r.same_as_id) as same_as_number, r.sender_name, ${receivedAt} as received_at, r.custom, r.revision, r.created_at, r.updated_at`

const fromRow = (row: Row): Request => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  number: row.number,
  channel: fromWord(RequestChannel, row.channel),
  subject: row.subject,
  text: row.text,
  counterpartyId: row.counterparty_id ?? undefined,
  counterpartyName: row.counterparty_name ?? '',
  contactPersonId: row.contact_person_id ?? undefined,
  phone: row.phone,
  callId: row.call_id ?? undefined,
  state: fromWord(RequestState, row.state),
  ownerId: row.owner_id,
  branchId: row.branch_id,
  queue: row.queue,
  routing: {
    ...row.routing,
    rule: fromWord(RoutingRule, row.routing.rule),
    skipped: row.routing.skipped.map((word) => fromWord(RoutingRule, word)),
  },
  dueTime: row.due_at,
  takeTime: row.taken_at ?? undefined,
  closeTime: row.closed_at ?? undefined,
  resolution: row.resolution,
  opportunityId: row.opportunity_id ?? '',
  missedCall: row.missed_call,
  sameAsId: row.same_as_id ?? undefined,
  sameAsNumber: row.same_as_number ?? '',
  senderName: row.sender_name,
  receiveTime: row.received_at,
  custom: row.custom,
  access: undefined,
})

const routingWords = ({ rule, group, queue, openRequests, skipped }: Routing): string =>
  JSON.stringify({ rule: wordOf(RoutingRule, rule), group, queue, openRequests, skipped: skipped.map((one) => wordOf(RoutingRule, one)) })

/** `r`: the name of the table in the statement. */
export const scope = (caller: Caller, action: string, r: Sql = sql`r`) =>
  scopeOf(caller, 'requests', action, { branch: sql`${r}.branch_id`, owner: sql`${r}.owner_id`, record: sql`${r}.id` })

export const requestList: ListDefinition = {
  id: sql`r.id`,
  section: 'requests',
  fields: {
    state: { column: sql`r.state`, type: 'word', words: wordsOf(RequestState) },
    channel: { column: sql`r.channel`, type: 'word', words: wordsOf(RequestChannel) },
    number: { column: sql`r.number`, type: 'text' },
    subject: { column: sql`r.subject`, type: 'text' },
    text: { column: sql`r.text`, type: 'text' },
    phone: { column: sql`r.phone`, type: 'text' },
    senderName: { column: sql`r.sender_name`, type: 'text' },
    ownerId: { column: sql`r.owner_id`, type: 'uuid', reference: 'employees' },
    branchId: { column: sql`r.branch_id`, type: 'uuid', reference: 'branches' },
    counterpartyId: { column: sql`r.counterparty_id`, type: 'uuid', reference: 'counterparties', nullable: true },
    callId: { column: sql`r.call_id`, type: 'uuid', nullable: true },
    sameAsId: {
      column: sql`r.same_as_id`, type: 'uuid', nullable: true,
      reached: ({ caller }) => sql`exists (select from request s where s.id = r.same_as_id and ${scope(caller, 'view', sql`s`)})`,
    },
    queue: { column: sql`r.queue`, type: 'text' },
    missedCall: { column: sql`r.missed_call`, type: 'boolean' },
    dueTime: { column: sql`r.due_at`, type: 'time' },
    createTime: { column: sql`r.created_at`, type: 'time' },
    receiveTime: { column: receivedAt, type: 'time' },
    takeTime: { column: sql`r.taken_at`, type: 'time', nullable: true },
    closeTime: { column: sql`r.closed_at`, type: 'time', nullable: true },
    resolution: { column: sql`r.resolution`, type: 'text' },
  },
  orders: {
    createTime: { column: sql`r.created_at`, type: 'timestamptz' },
    receiveTime: { column: receivedAt, type: 'timestamptz' },
    dueTime: { column: sql`r.due_at`, type: 'timestamptz' },
  },
  defaultOrder: 'createTime desc',
}

export async function getRequest(db: Db, caller: Caller, id: string): Promise<Request> {
  const row = await one<Row>(db, sql`select ${columns} from request r where r.id = ${id} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('request', id)
  return toldTo(db, caller, fromRow(row))
}

/** As the caller is told of them: the one in which the work goes on is named to those who see it. */
async function allToldTo(db: Db, caller: Caller, requests: readonly Request[]): Promise<Request[]> {
  const named = requests.flatMap(({ sameAsId }) => sameAsId ?? [])
  if (named.length === 0) return [...requests]
  const rows = await many<{ id: string }>(db, sql`select r.id from request r where r.id = any(${named}::uuid[]) and ${scope(caller, 'view')}`)
  const seen = new Set(rows.map(({ id }) => id))
  return requests.map((one) => (one.sameAsId === undefined || seen.has(one.sameAsId) ? one : { ...one, sameAsId: undefined, sameAsNumber: '' }))
}

export const toldTo = async (db: Db, caller: Caller, request: Request): Promise<Request> => (await allToldTo(db, caller, [request]))[0]!

/** A page of those that the asker may see and that further actions reach. */
export async function listRequests(pool: Pool, asker: Asker, request: ListRequest, ...actions: readonly string[]) {
  const page = pageOf(withCustom(requestList, asker.caller, 'requests', 'r.'), request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from request r
        where ${sql.join(['view', ...actions].map((action) => scope(asker.caller, action)), ' and ')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { requests: await allToldTo(pool, asker.caller, rows.map(fromRow)), nextPageToken }
}

export async function requestsOf(db: Db, ids: readonly string[]): Promise<Request[]> {
  return (await many<Row>(db, sql`select ${columns} from request r where r.id = any(${ids}::uuid[]) order by r.id`)).map(fromRow)
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockRequest(tx: Tx, caller: Caller, id: string, etag: string): Promise<Request> {
  const row = await one<Row>(tx, sql`select ${columns} from request r where r.id = ${id} and ${scope(caller, 'change')} for update`)
  if (row === undefined) {
    await getRequest(tx, caller, id)
    throw viewOnly('requests', 'change', id)
  }
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('request', id)
  return remembered(fromRow(row))
}

/** One that the caller sees, kept from being changed until the transaction ends. */
export async function holdRequest(tx: Tx, caller: Caller, id: string): Promise<Request> {
  const row = await one<Row>(tx, sql`select ${columns} from request r where r.id = ${id} and ${scope(caller, 'view')} for share of r`)
  if (row === undefined) throw notFound('request', id)
  return fromRow(row)
}

/** Locks those that were joined to one, which is locked itself: nobody joins another meanwhile. */
export async function lockJoined(tx: Tx, id: string): Promise<Request[]> {
  const rows = await many<Row>(tx, sql`select ${columns} from request r where r.same_as_id = ${id} order by r.id for update of r`)
  return rows.map((row) => remembered(fromRow(row)))
}

export async function moveJoined(tx: Tx, joined: readonly Request[], sameAsId: string, now: Date): Promise<Request[]> {
  const rows = await many<Row>(
    tx,
    sql`update request r set same_as_id = ${sameAsId}, revision = revision + 1, updated_at = ${now}
        where r.id = any(${joined.map(({ id }) => id)}::uuid[]) returning ${columns}`,
  )
  return rows.map(fromRow)
}

/** Locks one that an event speaks of: rules of the house and no caller decide there. */
export async function lockForEvent(tx: Tx, by: { id: string } | { callId: string }): Promise<Request | undefined> {
  const which = 'id' in by ? sql`r.id = ${by.id}` : sql`r.call_id = ${by.callId}`
  const row = await one<Row>(tx, sql`select ${columns} from request r where ${which} for update`)
  return row && remembered(fromRow(row))
}

const openOf = (ownerId: string): Sql => sql`r.owner_id = ${ownerId}::uuid and r.state <> 'closed'`

/** Open requests of somebody, for a count. */
export const isOpenOf = (ownerId: string): Sql => sql`request r where ${openOf(ownerId)}`

/** Locks some of them. */
export async function lockOpenOf(tx: Tx, ownerId: string, most: number, among: Among): Promise<Request[]> {
  return (await many<Row>(tx, sql`select ${columns} from request r where ${openOf(ownerId)} and ${among(sql`r.id`)} order by r.id limit ${most} for update of r`)).map((row) => remembered(fromRow(row)))
}

/** Makes registrations come one after another until the transaction ends: see number_series. */
export async function lockRegistration(tx: Tx): Promise<void> {
  await one(tx, sql`select last from number_series where name = 'request' for update`)
}

export async function hasRequestOfCall(tx: Tx, callId: string): Promise<boolean> {
  return (await one(tx, sql`select 1 as yes from request where call_id = ${callId}`)) !== undefined
}

/**
 * A request that somebody entered with a call that they do not reach gives the call up, so that it does not take the place of the call's own.
 * Undefined: there is none.
 */
export async function releaseCall(tx: Tx, callId: string, reaches: (employeeId: string) => boolean, now: Date): Promise<Request | undefined> {
  const given = await one<{ by: string }>(tx, sql`select call_given_by as by from request where call_id = ${callId} and call_given_by is not null for update`)
  if (given === undefined || reaches(given.by)) return undefined
  const row = await one<Row>(
    tx,
    sql`update request r set call_id = null, call_given_by = null, revision = revision + 1, updated_at = ${now} where r.call_id = ${callId} returning ${columns}`,
  )
  return fromRow(row!)
}

/** How much work each of these has now. */
export async function loadsOf(tx: Tx, ownerIds: readonly string[]): Promise<Load[]> {
  const rows = await many<{ owner_id: string; open: number; last: Date | null }>(
    tx,
    sql`select o.owner_id, (select count(*) from request r where r.owner_id = o.owner_id and r.state <> 'closed') as open,
               (select max(r.owned_at) from request r where r.owner_id = o.owner_id) as last
        from unnest(${ownerIds}::uuid[]) as o (owner_id)`,
  )
  return rows.map(({ owner_id, open, last }) => ({ ownerId: owner_id, openRequests: open, lastTime: last ?? undefined }))
}

/** `prefix`: of the branch. `callGivenBy`: who named the call, where it was not the exchange. */
type Numbered = { prefix: string | undefined; callGivenBy: string | undefined; now: Date }

/** Takes the next number in the same statement, so that a number exists if and only if its request does. A branch with a prefix has a series of its own. */
export async function insertRequest(tx: Tx, r: Request, { prefix, callGivenBy, now }: Numbered): Promise<Request> {
  const [series, beginning] = prefix === undefined ? ['request', 'ЗВ-'] : [`request:${prefix}`, `ЗВ-${prefix}-`]
  const row = await explained(
    one<Row>(
      tx,
      sql`with taken as (insert into number_series as n (name, last) values (${series}, 1) on conflict (name) do update set last = n.last + 1 returning last)
          insert into request as r (id, number, channel, subject, text, counterparty_id, contact_person_id, phone, call_id, state,
            owner_id, owned_at, branch_id, queue, routing, due_at, taken_at, closed_at, resolution, opportunity_id, missed_call,
            custom, sender_name, call_given_by, received_at, revision, created_at, updated_at)
          select ${r.id}, ${beginning} || lpad(last::text, greatest(5, length(last::text)), '0'), ${wordOf(RequestChannel, r.channel)},
            ${r.subject}, ${r.text}, ${r.counterpartyId ?? null}::uuid, ${r.contactPersonId ?? null}::uuid, ${r.phone},
            ${r.callId ?? null}::uuid, ${wordOf(RequestState, r.state)}, ${r.ownerId}, ${now}, ${r.branchId}, ${r.queue},
            ${routingWords(r.routing!)}::jsonb, ${r.dueTime}, null, null, '', null, ${r.missedCall}, ${JSON.stringify(r.custom ?? {})}::jsonb, ${r.senderName}, ${r.callId === undefined ? null : (callGivenBy ?? null)}::uuid, ${r.receiveTime ?? null}::timestamptz, 1, ${now}, ${now}
          from taken returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

export async function updateRequest(tx: Tx, r: Request, now: Date): Promise<Request> {
  const row = await explained(
    one<Row>(
      tx,
      sql`update request r set channel = ${wordOf(RequestChannel, r.channel)}, subject = ${r.subject}, text = ${r.text},
            counterparty_id = ${r.counterpartyId ?? null}, contact_person_id = ${r.contactPersonId ?? null}, phone = ${r.phone}, sender_name = ${r.senderName},
            state = ${wordOf(RequestState, r.state)}, owner_id = ${r.ownerId},
            owned_at = case when owner_id = ${r.ownerId} then owned_at else ${now} end, branch_id = ${r.branchId},
            queue = ${r.queue}, routing = ${routingWords(r.routing!)}, due_at = ${r.dueTime}, received_at = ${r.receiveTime ?? null}, taken_at = ${r.takeTime ?? null},
            closed_at = ${r.closeTime ?? null}, resolution = ${r.resolution}, opportunity_id = ${r.opportunityId || null},
            missed_call = ${r.missedCall}, same_as_id = ${r.sameAsId ?? null}, custom = ${JSON.stringify(r.custom ?? {})}, revision = revision + 1, updated_at = ${now}
          where id = ${r.id} returning ${columns}`,
    ),
  )
  return fromRow(row!)
}

/** Tells the others, after the row is locked; live it goes to all who may see the request, the owner among them. */
export async function publish(tx: Tx, type: RequestEvent, request: Request, actorId = '', batchId?: string): Promise<Request> {
  await publishAll(tx, type, [request], actorId, batchId)
  return request
}

export const publishAll = (tx: Tx, type: RequestEvent, requests: readonly Request[], actorId = '', batchId = '') =>
  appendOutbox(
    tx,
    requests.map((request) => {
      const { id: key, etag, branchId, ownerId, counterpartyId } = request
      return { type, key, revision: Number(etag), data: { request, actorId, batchId }, branchId, ownerId, counterpartyId }
    }),
  )
