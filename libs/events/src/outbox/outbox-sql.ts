import { exec, many, one, sql } from '@vitrylo/pg'
import type { Db, Pool, Tx } from '@vitrylo/pg'
import type { BusEvent } from '../event.ts'

export const BATCH = 500

export type OutboxRow = { rowId: number; event: BusEvent }

type Row = Omit<BusEvent, 'id' | 'time'> & { id: number; event_id: string; time: Date }

/** Takes the lock of the relay for the life of the session; false when another process has it. */
export async function tryLead(session: Tx, name: string): Promise<boolean> {
  const row = await one<{ held: boolean }>(
    session,
    sql`select pg_try_advisory_lock(hashtextextended(${`vitrylo.outbox.${name}`}, 0)) as held`,
  )
  return row?.held === true
}

export async function nextUnpublished(session: Tx): Promise<OutboxRow[]> {
  const rows = await many<Row>(session, sql`
    select id, event_id, topic, key, type, time, revision, data, headers
    from outbox where parked_error is null order by id limit ${BATCH}`)
  return rows.map(({ id, event_id, time, ...rest }) => ({
    rowId: id,
    event: { ...rest, id: event_id, time: time.toISOString() },
  }))
}

export async function removePublished(session: Tx, rows: readonly OutboxRow[]): Promise<void> {
  await exec(session, sql`delete from outbox where id = any(${rows.map((row) => row.rowId)}::bigint[])`)
}

export async function park(session: Tx, row: OutboxRow, error: string): Promise<void> {
  await exec(session, sql`update outbox set parked_error = ${error} where id = ${row.rowId}`)
}

/** Lets the relay try the parked events again, after their cause was removed. */
export async function retryParked(pool: Pool): Promise<number> {
  const { rowCount } = await exec(pool, sql`update outbox set parked_error = null where parked_error is not null`)
  return rowCount ?? 0
}

export async function hasUnpublished(db: Db): Promise<boolean> {
  const row = await one<{ some: boolean }>(
    db,
    sql`select exists (select from outbox where parked_error is null) as some`,
  )
  return row?.some === true
}
