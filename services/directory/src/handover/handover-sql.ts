import { scopeOf, type Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import { HandoverStartedEvent } from '@vitrylo/proto/events.ts'
import type { Handover, HandoverChoice, HandoverPart } from '@vitrylo/proto/vitrylo/directory/v1/handover.ts'
import type { HandoverGain } from '@vitrylo/proto/vitrylo/directory/v1/notification.ts'

type State = { kind: string; receiverId: string | null; moved: number; done: boolean; kept: boolean; choices: HandoverChoice[]; received: Record<string, number> }
type Row = { id: string; employee_id: string; actor_id: string | null; created_at: Date; finished_at: Date | null; parts: State[] }

const columns = sql`h.id, h.employee_id, h.actor_id, h.created_at, h.finished_at,
  (select coalesce(jsonb_agg(jsonb_build_object('kind', s.kind, 'receiverId', s.receiver_id, 'moved', s.moved, 'done', s.done, 'kept', s.kept, 'choices', s.choices, 'received', s.received) order by s.ordinal), '[]')
   from handover_state s where s.handover_id = h.id) as parts`

const fromRow = (row: Row): Handover => ({
  id: row.id,
  createTime: row.created_at,
  employeeId: row.employee_id,
  actorId: row.actor_id ?? undefined,
  finishTime: row.finished_at ?? undefined,
  parts: row.parts.map(({ receiverId, received, ...part }) => ({
    ...part, receiverId: receiverId ?? undefined, receipts: Object.entries(received).map(([id, count]) => ({ receiverId: id, count })),
  })),
})

// Whoever manages the employee, as of now.
const scope = (caller: Caller) => scopeOf(caller, 'employees', 'manage', { branch: sql`e.branch_id`, owner: sql`h.employee_id` })

const list: ListDefinition = {
  id: sql`h.id`,
  fields: {
    employeeId: { column: sql`h.employee_id`, type: 'uuid', reference: 'employees' },
    createTime: { column: sql`h.created_at`, type: 'time' },
  },
  orders: { createTime: { column: sql`h.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
}

export async function getHandover(db: Db, caller: Caller, id: string): Promise<Handover> {
  const row = await one<Row>(db, sql`select ${columns} from handover h left join employee e on e.id = h.employee_id where h.id = ${id} and ${scope(caller)}`)
  if (row === undefined) throw notFound('handover', id)
  return fromRow(row)
}

export async function listHandovers(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from handover h left join employee e on e.id = h.employee_id
        where ${scope(asker.caller)} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { handovers: rows.map(fromRow), nextPageToken }
}

/** The one of this employee that is not at its end. */
export async function runningHandover(tx: Tx, employeeId: string): Promise<Handover | undefined> {
  const row = await one<Row>(tx, sql`select ${columns} from handover h where h.employee_id = ${employeeId} and h.finished_at is null order by h.created_at limit 1`)
  return row && fromRow(row)
}

type Beginning = { id: string; employeeId: string; branchId: string; parts: readonly HandoverPart[] }

/** Keeps it and tells every service, this one too. */
export async function insertHandover(tx: Tx, { id, employeeId, branchId, parts }: Beginning, caller: Caller, now: Date): Promise<Handover> {
  await exec(tx, sql`insert into handover (id, employee_id, actor_id, created_at) values (${id}, ${employeeId}, ${caller.employeeId ?? null}, ${now})`)
  await exec(
    tx,
    sql`insert into handover_state (handover_id, ordinal, kind, receiver_id, kept, done, choices)
        select ${id}::uuid, p.ordinal, p.kind, p.receiver_id, p.kept, p.kept, p.choices
        from unnest(${parts.map(({ kind }) => kind)}::text[], ${parts.map(({ receiverId }) => receiverId ?? null)}::uuid[],
          ${parts.map(({ kept }) => kept)}::boolean[], ${parts.map(({ choices }) => JSON.stringify(choices))}::jsonb[]) with ordinality as p (kind, receiver_id, kept, choices, ordinal)`,
  )
  const handover: Handover = { id, createTime: now, employeeId, actorId: caller.employeeId, finishTime: undefined, parts: parts.map((part) => ({ ...part, moved: 0, done: part.kept })) }
  // A service that hears of no part moves none of it.
  const told = { ...handover, parts: handover.parts.filter(({ kept }) => !kept) }
  await appendOutbox(tx, [{ type: HandoverStartedEvent, key: id, revision: 1, data: { handover: told, actorUsername: caller.username }, branchId, ownerId: employeeId }])
  return handover
}

/** What a service tells are totals, so that an event that comes twice or late does no harm. Done stays done: late ones only add. */
export async function noteProgress(tx: Tx, id: string, { kind, moved, done, receipts }: HandoverPart, now: Date): Promise<void> {
  const received = JSON.stringify(Object.fromEntries(receipts.map(({ receiverId, count }) => [receiverId, count])))
  await exec(
    tx,
    sql`update handover_state set received = case when moved > ${moved} then received else ${received} end, moved = greatest(moved, ${moved}), done = done or ${done}
        where handover_id = ${id} and kind = ${kind}`,
  )
  await exec(
    tx,
    sql`update handover h set finished_at = ${now} where h.id = ${id} and h.finished_at is null
          and not exists (select from handover_state s where s.handover_id = h.id and not s.done)`,
  )
}

/** What one receiver has got, by kind. */
type Gains = Record<string, number>

export type Untold = { employeeId: string; actorId: string | undefined; gains: ReadonlyMap<string, readonly HandoverGain[]> }

/** What each has received of a hand-over that has come to its end and was not told of yet; from now on it was. */
export async function takeUntold(tx: Tx, id: string): Promise<Untold | undefined> {
  const row = await one<Row & { told: Record<string, Gains> }>(tx, sql`select ${columns}, h.told from handover h where h.id = ${id} and h.finished_at is not null for update of h`)
  if (row === undefined) return undefined
  const totals: Record<string, Gains> = {}
  for (const { kind, received } of row.parts) for (const [receiverId, count] of Object.entries(received)) (totals[receiverId] ??= {})[kind] = count
  const gains = new Map<string, HandoverGain[]>()
  for (const [receiverId, of] of Object.entries(totals)) {
    const news = Object.entries(of).map(([kind, count]) => ({ kind, count: count - (row.told[receiverId]?.[kind] ?? 0) })).filter(({ count }) => count > 0)
    if (news.length > 0) gains.set(receiverId, news)
  }
  if (gains.size > 0) await exec(tx, sql`update handover set told = ${JSON.stringify(totals)} where id = ${id}`)
  return { employeeId: row.employee_id, actorId: row.actor_id ?? undefined, gains }
}
