import type { handleUnaryCall } from '@grpc/grpc-js'
import { holdersMoved, lockShares, sees, type Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { appendOutbox, on, type Handler } from '@vitrylo/events'
import { exec, inTx, many, one, sql, type Db, type MigrationSet, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import { HandoverProgressedEvent, HandoverStartedEvent } from '@vitrylo/proto/events.ts'
import type { CountPossessionsRequest, CountPossessionsResponse } from '@vitrylo/proto/vitrylo/sharing/v1/possession.ts'
import type { Task } from 'graphile-worker'
import { tellShares } from './access.ts'
import { deedOfJob, recorded } from './audit/index.ts'
import { auditKeyOf } from './audit/key.ts'
import type { Deps } from './define.ts'
import { enqueue } from './jobs.ts'
import type { Handlers } from './serve.ts'
import type { Sweep } from './sweep.ts'

/** One step of a hand-over: at most so many, in one transaction. `toId` is absent for what goes to nobody. */
export type HandoverStep = { fromId: string; toId: string | undefined; caller: Caller; most: number; now: Date; among: Among }

/** Which of theirs are meant, by the column that holds the id of the record: `${among(sql`o.id`)}`. */
export type Among = (id: Sql) => Sql

/** Something that employees have: how much of it, and how it becomes another's. */
export type Possession = {
  /** As a hand-over names it. */
  kind: string
  count(db: Db, employeeId: string, among: Among): Promise<number>
  /** Locks some that are theirs, saves and tells; gives how many. None left gives 0, so that a repeat does no harm. */
  move(tx: Tx, step: HandoverStep): Promise<number>
}

/** Tables of hand-overs: `sharedMigrations: [handoverMigrations]`. */
export const handoverMigrations: MigrationSet = { dir: new URL('../handover-migrations/', import.meta.url), table: 'migrations_handover' }

const JOB = 'handover'
const BATCH = 200
const SWEEP_MS = 15_000
const SILENT_MS = 45_000
// So long a late event is reckoned with.
const WATCHED_MS = 90 * 86_400_000
// That somebody is disabled is heard of later than that they are handed over.
const HEARD_MS = 600_000

type Choice = { recordIds: string[]; receiverId: string | null }
type Part = { kind: string; fromId: string; toId: string | null; actor: string; moved: number; choices: Choice[]; received: Record<string, number> }

/** Begins this service's share of a hand-over. */
export const handoverHandler = (possessions: readonly Possession[], { now }: Pick<Deps, 'now'>): Handler =>
  on(HandoverStartedEvent, async (tx, { handover, actorUsername }) => {
    const { id, employeeId, parts } = handover!
    const own = parts.filter(({ kind }) => possessions.some((possession) => possession.kind === kind))
    await exec(
      tx,
      sql`insert into handover_part (handover_id, kind, from_id, to_id, choices, actor, begun_at, touched_at)
          select ${id}::uuid, p.kind, ${employeeId}::uuid, p.to_id, p.choices, ${actorUsername}, ${now()}, ${now()}
          from unnest(${own.map(({ kind }) => kind)}::text[], ${own.map(({ receiverId }) => receiverId ?? null)}::uuid[],
            ${own.map(({ choices }) => JSON.stringify(choices.map(({ recordIds, receiverId = null }) => ({ recordIds, receiverId }))))}::jsonb[]) as p (kind, to_id, choices)
          on conflict do nothing`,
    )
    await enqueue(tx, JOB, { id }, `handover:${id}`)
  })

/** The task that moves: `jobs: (deps) => ({ ...handoverJobs(deps, possessions) })`. */
export const handoverJobs = (deps: Deps, possessions: readonly Possession[]): Record<string, Task> => ({
  [JOB]: async (payload, { abortSignal }) => {
    const { id } = payload as { id: string }
    for (const possession of possessions) while (!abortSignal?.aborted && (await step(deps, possession, id)));
  },
})

/** One transaction; false when nothing of the kind is left. What was moved and that it was told commit together, so a kill loses neither. */
async function step({ pool, rights, now, committed }: Deps, { kind, move }: Possession, id: string): Promise<boolean> {
  // Before the transaction: it must not wait for a second connection.
  await auditKeyOf(pool)
  const more = await inTx(pool, async (tx) => {
    const part = await one<Part>(
      tx,
      sql`select kind, from_id as "fromId", to_id as "toId", actor, moved, choices, received from handover_part
          where handover_id = ${id} and kind = ${kind} and done_at is null for update`,
    )
    if (part === undefined) return false
    const caller = rights.callerOf({ subject: part.actor, username: part.actor, groups: [], client: '', sessionId: undefined, expiresAt: 0 })
    const { toId, moved } = await moveFirst(waysOf(part), async (way) => {
      const request = { handoverId: id, kind, employeeId: part.fromId, receiverId: way.toId }
      const deed = await deedOfJob({ pool, rights }, { caller, section: 'employees', action: 'manage', method: 'HandoverService.StartHandover', now: now(), request, notified: true })
      return recorded(deed, tx, () => move(tx, { ...way, fromId: part.fromId, caller, most: BATCH, now: now() }))
    })
    const isDone = moved === 0
    const received = toId === undefined ? part.received : { ...part.received, [toId]: (part.received[toId] ?? 0) + moved }
    await exec(
      tx,
      sql`update handover_part set moved = moved + ${moved}, received = ${JSON.stringify(received)}, touched_at = ${now()}, done_at = ${isDone ? now() : null}::timestamptz
          where handover_id = ${id} and kind = ${kind}`,
    )
    const receipts = Object.entries(received).map(([receiverId, count]) => ({ receiverId, count }))
    const told = { kind, receiverId: part.toId ?? undefined, moved: part.moved + moved, done: isDone, receipts }
    await appendOutbox(tx, [{ type: HandoverProgressedEvent, key: id, revision: told.moved, data: { handoverId: id, part: told } }])
    return !isDone
  })
  committed()
  return more
}

type Way = Pick<HandoverStep, 'toId' | 'among'>

/** To whom what goes: chosen records first, then the rest. What was chosen to stay is on no way. */
function waysOf({ toId, choices }: Pick<Part, 'toId' | 'choices'>): Way[] {
  const chosen = choices.flatMap(({ recordIds }) => recordIds)
  const single = choices.flatMap(({ recordIds, receiverId }): Way[] => (receiverId === null ? [] : [{ toId: receiverId, among: (id) => sql`${id} = any(${recordIds}::uuid[])` }]))
  return [...single, { toId: toId ?? undefined, among: without(chosen) }]
}

const without = (ids: readonly string[]): Among => (id) => (ids.length === 0 ? sql`true` : sql`${id} <> all(${ids}::uuid[])`)

/** `toId`: who received them. */
async function moveFirst(ways: readonly Way[], move: (way: Way) => Promise<number>): Promise<{ toId?: string | undefined; moved: number }> {
  for (const way of ways) {
    const moved = await move(way)
    if (moved > 0) return { toId: way.toId, moved }
  }
  return { moved: 0 }
}

/** Takes up what a process left when it died, and what has become theirs since. */
export function handoverSweep({ pool, now }: Pick<Deps, 'pool' | 'now'>, possessions: readonly Possession[]): Sweep {
  const takeUp = async (silentMs: number): Promise<void> => {
    await reopenLate(pool, possessions, now())
    const ids = await many<{ id: string }>(
      pool,
      sql`select distinct handover_id as id from handover_part where done_at is null and touched_at <= ${new Date(now().getTime() - silentMs)}`,
    )
    for (const { id } of ids) await inTx(pool, (tx) => enqueue(tx, JOB, { id }, `handover:${id}`))
  }
  return { name: 'hand-overs', everyMs: SWEEP_MS, first: () => takeUp(0), each: () => takeUp(SILENT_MS) }
}

/** What has become theirs since their part was done. Of who has returned nothing is late. */
async function reopenLate(pool: Pool, possessions: readonly Possession[], now: Date): Promise<void> {
  // Who is back and is disabled once more, for whatever reason, keeps what they have got since.
  await exec(
    pool,
    sql`update handover_part p set begun_at = '-infinity' from rights_employee e
        where e.id = p.from_id and not e.disabled and p.done_at < ${new Date(now.getTime() - HEARD_MS)} and p.begun_at > ${new Date(now.getTime() - WATCHED_MS)}`,
  )
  const parts = await many<{ id: string; kind: string; fromId: string; choices: Choice[] }>(
    pool,
    sql`select p.handover_id as id, p.kind, p.from_id as "fromId", p.choices from handover_part p join rights_employee e on e.id = p.from_id
        where p.done_at is not null and p.begun_at > ${new Date(now.getTime() - WATCHED_MS)} and e.disabled`,
  )
  for (const { id, kind, fromId, choices } of parts) {
    const kept = choices.flatMap(({ recordIds, receiverId }) => (receiverId === null ? recordIds : []))
    const possession = possessions.find((each) => each.kind === kind)
    if (possession === undefined || (await possession.count(pool, fromId, without(kept))) === 0) continue
    await exec(pool, sql`update handover_part set done_at = null, touched_at = ${new Date(0)} where handover_id = ${id} and kind = ${kind}`)
  }
}

/** The RPC of every service that tells what a hand-over would move. */
type PossessionServer = { countPossessions: handleUnaryCall<CountPossessionsRequest, CountPossessionsResponse> }

export const possessionService = ({ pool, rights }: Deps, possessions: readonly Possession[]): Handlers<PossessionServer> => ({
  countPossessions: async ({ employeeId }, { caller }) => {
    const employee = rights.data().employees.get(employeeId)
    if (employee === undefined || !sees(caller, 'employees', { branchId: employee.branchId, ownerId: employeeId }, 'manage')) throw notFound('employee', employeeId)
    return { possessions: await Promise.all(possessions.map(async ({ kind, count }) => ({ kind, count: await count(pool, employeeId, without([])) }))) }
  },
})

/** Single records of a section that were shared with the employee. */
export const sharesPossession = (kind: string, section: string): Possession => ({
  kind,
  count: (db, employeeId, among) => countOf(db, sql`record_share where holder = ${employeeId} and section = ${section} and ${among(sql`record_id`)}`),
  async move(tx, { fromId, toId, most, now, among }) {
    const rows = await many<{ id: string }>(
      tx,
      sql`select record_id as id from record_share where holder = ${fromId} and section = ${section} and ${among(sql`record_id`)} order by record_id limit ${most}`,
    )
    if (rows.length === 0) return 0
    const ids = rows.map(({ id }) => id)
    // As who sets them does: what is told last is what holds.
    await lockShares(tx, section, ...ids)
    const these = sql`section = ${section} and record_id = any(${ids}::uuid[])`
    if (toId !== undefined) {
      await exec(
        tx,
        sql`insert into record_share (section, record_id, holder, action, until_at, given_by, given_at)
            select section, record_id, ${toId}, action, until_at, given_by, given_at from record_share where holder = ${fromId} and ${these}
            on conflict (section, record_id, holder) do update
            set action = excluded.action, until_at = excluded.until_at, given_by = excluded.given_by, given_at = excluded.given_at
            where record_share.until_at <= ${now}
              or ((record_share.action = 'view' or excluded.action = 'change') and coalesce(record_share.until_at, 'infinity') <= coalesce(excluded.until_at, 'infinity'))`,
      )
    }
    await exec(tx, sql`delete from record_share where holder = ${fromId} and ${these}`)
    await holdersMoved(tx, toId === undefined ? [fromId] : [fromId, toId])
    await tellShares(tx, section, ids, now)
    return rows.length
  },
})

/** `counted(db, sql\`opportunity where …\`)`. */
export const countOf = async (db: Db, from: Sql): Promise<number> => (await one<{ count: number }>(db, sql`select count(*)::int as count from ${from}`))!.count
