import { AppError, etagMismatch, notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import { PipelineChangedEvent } from '@vitrylo/proto/events.ts'
import type { Pipeline } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'
import { planStages, type KnownStage } from './stages.ts'

type Row = {
  id: string
  name: string
  is_default: boolean
  lost_reasons: string[]
  archived: boolean
  stages: KnownStage[]
  revision: number
  created_at: Date
  updated_at: Date
}

// Pipelines belong to the firm and to no branch: the right itself, whatever its scope, is the whole decision.
const columns = sql`p.id, p.name, p.is_default, p.lost_reasons, p.archived, p.revision, p.created_at, p.updated_at,
  (select jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'probability', s.probability,
            'stayLimitDays', s.stay_limit_days, 'hint', s.hint) order by s.position)
   from stage s where s.pipeline_id = p.id and s.position is not null) as stages`

const fromRow = (row: Row): Pipeline => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  name: row.name,
  stages: row.stages,
  isDefault: row.is_default,
  lostReasons: row.lost_reasons,
  archived: row.archived,
})

const list: ListDefinition = {
  id: sql`p.id`,
  fields: { name: { column: sql`p.name`, type: 'text' }, isDefault: { column: sql`p.is_default`, type: 'boolean' }, archived: { column: sql`p.archived`, type: 'boolean' } },
  orders: { name: { column: sql`p.name`, type: 'text' } },
  defaultOrder: 'name',
}

export async function getPipeline(db: Db, id: string): Promise<Pipeline> {
  const row = await one<Row>(db, sql`select ${columns} from pipeline p where p.id = ${id}`)
  if (row === undefined) throw notFound('pipeline', id)
  return fromRow(row)
}

/** Why no opportunity is added to one. */
export const PIPELINE_ARCHIVED = 'the pipeline is archived and takes no new opportunities; choose another one'

/** Whether it takes no new opportunities as of now; asked once a stage of it is held. */
export async function isArchived(tx: Tx, id: string): Promise<boolean> {
  return (await one(tx, sql`select from pipeline where id = ${id} and archived`)) !== undefined
}

/** The default one, or the one that is asked for; undefined if there is none. */
export async function findPipeline(db: Db, id: string | undefined): Promise<Pipeline | undefined> {
  const which = id === undefined ? sql`p.is_default` : sql`p.id = ${id}`
  const row = await one<Row>(db, sql`select ${columns} from pipeline p where ${which}`)
  return row && fromRow(row)
}

/** All of them; a firm has a handful. */
export async function allPipelines(db: Db): Promise<Pipeline[]> {
  return (await many<Row>(db, sql`select ${columns} from pipeline p order by p.name`)).map(fromRow)
}

export async function listPipelines(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from pipeline p where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { pipelines: rows.map(fromRow), nextPageToken }
}

/** Locks one with its stages: nothing can come to a stage meanwhile. */
export async function lockPipeline(tx: Tx, id: string, etag: string): Promise<Pipeline> {
  const row = await one<{ revision: number }>(tx, sql`select revision from pipeline where id = ${id} for update`)
  if (row === undefined) throw notFound('pipeline', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('pipeline', id)
  await many(tx, sql`select id from stage where pipeline_id = ${id} order by id for update`)
  return remembered(await getPipeline(tx, id))
}

export async function insertPipeline(tx: Tx, { id, name, stages, isDefault, lostReasons, archived }: Pipeline, now: Date): Promise<Pipeline> {
  if (isDefault) await clearDefault(tx, now)
  await explained(
    exec(
      tx,
      sql`insert into pipeline (id, name, is_default, lost_reasons, archived, revision, created_at, updated_at)
          values (${id}, ${name}, ${isDefault}, ${lostReasons}, ${archived}, 1, ${now}, ${now})`,
    ),
  )
  await writeStages(tx, id, planStages([], stages).stages)
  return told(tx, await getPipeline(tx, id))
}

export async function updatePipeline(tx: Tx, current: Pipeline, next: Pipeline, now: Date): Promise<Pipeline> {
  const { stages, gone } = planStages(current.stages, next.stages)
  const { id, name, isDefault, lostReasons, archived } = next
  if (isDefault && !current.isDefault) await clearDefault(tx, now)
  await takeOut(tx, gone)
  await writeStages(tx, id, stages)
  await explained(
    exec(
      tx,
      sql`update pipeline set name = ${name}, is_default = ${isDefault}, lost_reasons = ${lostReasons}, archived = ${archived},
            revision = revision + 1, updated_at = ${now} where id = ${id}`,
    ),
  )
  return told(tx, await getPipeline(tx, id))
}

/** Open pages read it anew, and with it the one that was the default before. */
async function told(tx: Tx, pipeline: Pipeline): Promise<Pipeline> {
  await appendOutbox(tx, [{ type: PipelineChangedEvent, key: pipeline.id, revision: Number(pipeline.etag), data: { pipeline } }])
  return pipeline
}

async function clearDefault(tx: Tx, now: Date): Promise<void> {
  // Of two who choose a default at once the later one must see the choice of the first.
  await one(tx, sql`select pg_advisory_xact_lock(hashtext('sales.default-pipeline'))`)
  await exec(tx, sql`update pipeline set is_default = false, revision = revision + 1, updated_at = ${now} where is_default`)
}

/** A stage with open opportunities stays; one that only decided ones and the history know leaves the order and is kept for them. */
async function takeOut(tx: Tx, gone: readonly KnownStage[]): Promise<void> {
  if (gone.length === 0) return
  const ids = gone.map(({ id }) => id)
  const used = await one<{ id: string; open: number }>(
    tx,
    sql`select stage_id as id, count(*) as open from opportunity where stage_id = any(${ids}::uuid[]) and state = 'open' group by stage_id limit 1`,
  )
  if (used !== undefined) {
    const { id, name } = gone.find((stage) => stage.id === used.id)!
    throw new AppError('FAILED_PRECONDITION', 'STAGE_IN_USE', `${used.open} open opportunities stand at ${name}; move them first`, { id, name, open: String(used.open) })
  }
  await exec(
    tx,
    sql`delete from stage s where id = any(${ids}::uuid[]) and not exists (select from stay where stage_id = s.id)
          and not exists (select from opportunity where stage_id = s.id)`,
  )
  await exec(tx, sql`update stage set position = null where id = any(${ids}::uuid[])`)
}

async function writeStages(tx: Tx, pipelineId: string, stages: readonly KnownStage[]): Promise<void> {
  const column = (value: (stage: KnownStage) => unknown) => stages.map(value)
  await exec(
    tx,
    sql`insert into stage (id, pipeline_id, position, name, probability, stay_limit_days, hint)
        select s.id, ${pipelineId}::uuid, s.position, s.name, s.probability, s.stay_limit_days, s.hint
        from unnest(${column(({ id }) => id)}::uuid[], ${column(({ name }) => name)}::text[],
          ${column(({ probability }) => probability)}::int[], ${column(({ stayLimitDays }) => stayLimitDays)}::int[],
          ${column(({ hint }) => hint)}::text[]) with ordinality as s (id, name, probability, stay_limit_days, hint, position)
        on conflict (id) do update set position = excluded.position, name = excluded.name, probability = excluded.probability,
          stay_limit_days = excluded.stay_limit_days, hint = excluded.hint`,
  )
}
