import { on } from '@vitrylo/events'
import { exec, sql } from '@vitrylo/pg'
import { PackInstalledEvent } from '@vitrylo/proto/events.ts'
import { Pipeline } from '@vitrylo/proto/vitrylo/sales/v1/pipeline.ts'
import { newId } from '@vitrylo/service'
import { allPipelines, insertPipeline } from '../pipeline/pipeline-sql.ts'

/** Pipelines of a pack, unless the firm has one of that name: what stands in it is the firm's own. */
export const onPackInstalled = on(PackInstalledEvent, async (tx, { pipelines }, { time }) => {
  // Two packs at once would not see each other's.
  await exec(tx, sql`select pg_advisory_xact_lock(hashtextextended('pipelines of packs', 160))`)
  const known = new Set((await allPipelines(tx)).map(({ name }) => name))
  for (const { name, stages, lostReasons } of pipelines) {
    if (!known.has(name)) await insertPipeline(tx, Pipeline.fromPartial({ id: newId(), name, stages, lostReasons, isDefault: false }), new Date(time))
  }
})
