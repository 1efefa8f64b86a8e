import type { CustomField } from '@vitrylo/auth'
import { appendOutbox, on, type EventType, type Handler } from '@vitrylo/events'
import { inTx, many, one, sql, type Pool, type Tx } from '@vitrylo/pg'
import { CustomFieldChangedEvent } from '@vitrylo/proto/events.ts'
import { enqueue, newId, type Deps, type Sweep } from '@vitrylo/service'
import type { Task } from 'graphile-worker'
import { OURS, wantedIndexes, type CustomPlaces, type WantedIndex } from './indexes.ts'

const JOB = 'custom-indexes'
const SWEEP_MS = 600_000
/** What nobody can mend by trying again, and how people call it. */
const PROBLEMS: Record<string, string> = {
  23505: 'some records have the same value; make them differ, then save the field again',
  54000: 'some values are longer than 500 characters; shorten them, then save the field again',
}

/** What a service tells of its indexes; each area has its own event. */
export type IndexEvent = EventType<{ customFieldId: string; ready: boolean; problem: string; definitionRevision: bigint }>

/** Every definition that comes may want an index, or want one no more. */
export const customIndexHandler: Handler = on(CustomFieldChangedEvent, (tx) => enqueue(tx, JOB, {}, JOB))

/** At the start and from time to time: the queue gives a job whose process died to nobody for four hours. */
export function customIndexSweep({ pool }: Deps): Sweep {
  const ask = () => inTx(pool, (tx) => enqueue(tx, JOB, {}, JOB))
  return { name: JOB, everyMs: SWEEP_MS, first: ask, each: ask }
}

export const customIndexJobs = (deps: Deps, places: CustomPlaces, event: IndexEvent): Record<string, Task> => ({
  [JOB]: () => tendIndexes(deps, places, event),
})

type Known = { field: CustomField; revision: number }

/**
 * Makes the indexes of the service what the definitions want: repeated, it finds nothing to do. Writers go on meanwhile.
 * What was half done when a process died stands as an invalid index; it is dropped and made anew.
 */
async function tendIndexes({ pool, committed }: Deps, places: CustomPlaces, event: IndexEvent): Promise<void> {
  const known = await many<Known>(pool, sql`select field, revision from custom_field_copy where resource = any(${Object.keys(places)}::text[]) order by id`)
  const session = await pool.connect()
  try {
    await session.query(`set statement_timeout = 0; set lock_timeout = '5min'`)
    // Asked, not waited for: a session that waits holds a snapshot, and the other one would wait for that.
    const { rows } = await session.query<{ mine: boolean }>(`select pg_try_advisory_lock(hashtextextended('custom_indexes', 100)) as mine`)
    if (!rows[0]!.mine) throw new Error('another process tends the indexes; trying again')
    const wanted = known.map(({ field, revision }) => ({ field, revision, indexes: wantedIndexes(field, places[field.resource as keyof CustomPlaces]!) }))
    await dropStrays(session, wanted.flatMap(({ indexes }) => indexes))
    for (const { field, revision, indexes } of wanted) {
      const problem = await makeAll(session, indexes)
      if (indexes.length > 0) await tell(pool, event, { fieldId: field.id, revision, problem })
    }
    committed()
  } finally {
    session.release(true) // with it the lock and the setting
  }
}

const nameOf = (name: string): string => `"${name.replaceAll('"', '""')}"`

async function dropStrays(session: Tx, wanted: readonly WantedIndex[]): Promise<void> {
  const { rows } = await session.query<{ name: string }>(
    `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = current_schema() and c.relname ~ $1 and (not i.indisvalid or c.relname <> all($2::text[]))`,
    [OURS, wanted.map(({ name }) => name)],
  )
  for (const { name } of rows) await session.query(`drop index concurrently if exists ${nameOf(name)}`)
}

/** Gives why one could not be made; empty when all are there. */
async function makeAll(session: Tx, indexes: readonly WantedIndex[]): Promise<string> {
  for (const { name, statement } of indexes) {
    const { rows } = await session.query('select from pg_class where relname = $1 and relnamespace = current_schema()::regnamespace', [name])
    if (rows.length > 0) continue
    try {
      await session.query(statement)
    } catch (error) {
      await session.query(`drop index concurrently if exists ${nameOf(name)}`)
      const problem = PROBLEMS[String((error as { code?: unknown }).code)]
      if (problem === undefined) throw error
      return problem
    }
  }
  return ''
}

type Told = { fieldId: string; revision: number; problem: string }

/** Once for each state of the definition, and again when the outcome is another. */
async function tell(pool: Pool, type: IndexEvent, { fieldId, revision, problem }: Told): Promise<void> {
  await inTx(pool, async (tx) => {
    const row = await one<{ told: number }>(
      tx,
      sql`insert into custom_index_told as t (field_id, wanted, ready, problem, told) values (${fieldId}, ${String(revision)}, ${problem === ''}, ${problem}, 1)
          on conflict (field_id) do update set wanted = excluded.wanted, ready = excluded.ready, problem = excluded.problem, told = t.told + 1
          where (t.wanted, t.problem) is distinct from (excluded.wanted, excluded.problem) returning told`,
    )
    if (row === undefined) return
    await appendOutbox(tx, [{ id: newId(), type, key: fieldId, revision: row.told, data: { customFieldId: fieldId, ready: problem === '', problem, definitionRevision: BigInt(revision) } }])
  })
}
