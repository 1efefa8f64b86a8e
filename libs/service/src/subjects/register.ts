import { exec, many, one, sql, type Db, type Tx } from '@vitrylo/pg'
import { SubjectKind, type Subject as SubjectMessage } from '@vitrylo/proto/vitrylo/privacy/v1/subject.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'
import { idsOf, type Subject } from './places.ts'

export const subjectOf = ({ kind, ...ids }: SubjectMessage): Subject => ({ ...ids, kind: wordOf(SubjectKind, kind) as Subject['kind'] })

export const messageOf = ({ kind, id, counterpartyIds, contactPersonIds, recordIds, channels = [] }: Subject): SubjectMessage =>
  ({ kind: fromWord(SubjectKind, kind), id, counterpartyIds: [...counterpartyIds], contactPersonIds: [...contactPersonIds], recordIds: [...recordIds], channels: [...channels] })

type Row = { id: string; kind: Subject['kind']; request_id: string; counterparty_ids: string[]; contact_person_ids: string[]; record_ids: string[]; erased_at: Date }

export type Erased = { subject: Subject; requestId: string; erasedAt: Date }

const columns = sql`s.id, s.kind, s.request_id, s.counterparty_ids, s.contact_person_ids, s.record_ids, s.erased_at`

const fromRow = (row: Row): Erased => ({
  requestId: row.request_id,
  erasedAt: row.erased_at,
  subject: { kind: row.kind, id: row.id, counterpartyIds: row.counterparty_ids, contactPersonIds: row.contact_person_ids, recordIds: row.record_ids },
})

const ERASING = sql`hashtextextended('vitrylo.erasure', 0)`

/**
 * Held to the commit by who writes of persons and asks then who is erased, and alone by who erases: what the one has not committed yet the
 * other does not see, and would pass over.
 */
export const besideErasures = (tx: Tx) => exec(tx, sql`select pg_advisory_xact_lock_shared(${ERASING})`)

/** From here on no event that tells of persons is being applied; those that are have been waited for. */
export const aloneErasing = (tx: Tx) => exec(tx, sql`select pg_advisory_xact_lock(${ERASING})`)

/** Notes that a person is erased. One that is noted already is noted again: more may belong to them by now. */
export async function noteErased(tx: Tx, s: Subject, requestId: string, erasedAt: Date): Promise<void> {
  await exec(
    tx,
    sql`insert into erased_subject as e (id, kind, request_id, counterparty_ids, contact_person_ids, record_ids, erased_at, applied_at)
        values (${s.id}, ${s.kind}, ${requestId}, ${s.counterpartyIds}::uuid[], ${s.contactPersonIds}::uuid[], ${s.recordIds}::uuid[], ${erasedAt}, now())
        on conflict (id) do update set applied_at = now(),
          counterparty_ids = coalesce((select array_agg(distinct x) from unnest(e.counterparty_ids || excluded.counterparty_ids) x), '{}'),
          contact_person_ids = coalesce((select array_agg(distinct x) from unnest(e.contact_person_ids || excluded.contact_person_ids) x), '{}'),
          record_ids = coalesce((select array_agg(distinct x) from unnest(e.record_ids || excluded.record_ids) x), '{}')`,
  )
  await exec(tx, sql`insert into erased_id (id, subject_id) select x, ${s.id} from unnest(${idsOf(s)}::uuid[]) x on conflict (id) do nothing`)
}

/** Records that a service has found to be theirs when it erased them: a restore brings copies of those back, too. */
export async function noteRecords(tx: Tx, id: string, recordIds: readonly string[]): Promise<void> {
  await exec(
    tx,
    sql`update erased_subject e set record_ids = array(select distinct x from unnest(e.record_ids || ${recordIds}::uuid[]) x)
        where e.id = ${id} and not e.record_ids @> ${recordIds}::uuid[]`,
  )
}

/** Erased persons that some of the ids mean. */
export async function erasedAmong(db: Db, ids: readonly string[]): Promise<Erased[]> {
  const rows = await many<Row>(
    db,
    sql`select ${columns} from erased_subject s where s.id in (select e.subject_id from erased_id e where e.id = any(${ids}::uuid[])) order by s.id`,
  )
  return rows.map(fromRow)
}

/** Asked before every batch of events, for where nobody ever was erased. */
export const isAnyErased = async (db: Db): Promise<boolean> => (await one<{ some: boolean }>(db, sql`select exists (select from erased_subject) as some`))?.some === true

/** Entered from a register after a restore, and not carried out yet; under lock. */
export async function nextPending(tx: Tx): Promise<Erased | undefined> {
  const row = await one<Row>(tx, sql`select ${columns} from erased_subject s where s.applied_at is null order by s.id limit 1 for update skip locked`)
  return row && fromRow(row)
}

/** Whose time of keeping may be over; under lock. */
export async function heldUntil(tx: Tx, years: number, now: Date): Promise<Erased[]> {
  const rows = await many<Row>(
    tx,
    sql`select ${columns} from erased_subject s where s.released_at is null and s.applied_at is not null
          and s.erased_at < ${now}::timestamptz - make_interval(years => ${years}) order by s.id limit 100 for update skip locked`,
  )
  return rows.map(fromRow)
}

export const noteReleased = (tx: Tx, ids: readonly string[], now: Date) => exec(tx, sql`update erased_subject set released_at = ${now} where id = any(${ids}::uuid[])`)
