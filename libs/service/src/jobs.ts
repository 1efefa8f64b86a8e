import { createPool, exec, sql, type Pool, type Tx } from '@vitrylo/pg'
import { inSpan } from '@vitrylo/telemetry'
import type { Runner, Task } from 'graphile-worker'
import type { Logger } from 'pino'
import { withoutError } from './log.ts'

/** Puts a job into the queue, in the caller's transaction: it runs only if that commits. With a key it replaces the one that waits under it. */
export async function enqueue(tx: Tx, name: string, payload: object, key?: string, runAt?: Date): Promise<void> {
  await exec(
    tx,
    sql`select graphile_worker.add_job(${name}::text, ${JSON.stringify(payload)}::json, job_key => ${key ?? null}::text,
          run_at => ${runAt ?? null}::timestamptz)`,
  )
}

/** Puts many jobs of one kind into the queue with one statement. */
export async function enqueueAll(tx: Tx, name: string, payloads: readonly object[]): Promise<void> {
  if (payloads.length === 0) return
  const texts = payloads.map((payload) => JSON.stringify(payload))
  await exec(tx, sql`select graphile_worker.add_job(${name}::text, p::json) from unnest(${texts}::text[]) p`)
}

/** Takes back the job that waits under a key. */
export async function dequeue(tx: Tx, key: string): Promise<void> {
  await exec(tx, sql`select graphile_worker.remove_job(${key}::text)`)
}

/** Makes the tables of the queue. The library is loaded only where there are jobs. */
export async function prepareJobs(url: string): Promise<void> {
  const { Logger: WorkerLogger, runMigrations } = await import('graphile-worker')
  const quiet = new WorkerLogger(() => () => {})
  const pool = createPool({ url, name: 'migrate', max: 2 })
  await runMigrations({ pgPool: pool, logger: quiet }).finally(() => pool.end())
}

/** Runs jobs until stopped. A job whose process died is taken up by another one. */
export async function startJobs(pool: Pool, tasks: Record<string, Task>, log: Logger): Promise<Runner> {
  const { Logger: WorkerLogger, run } = await import('graphile-worker')
  const logger = new WorkerLogger(() => (level, message, meta) => {
    if (level === 'error' || level === 'warning') log.warn({ err: meta?.error }, withoutError(message))
  })
  return run({ pgPool: pool, taskList: traced(tasks), concurrency: 2, noHandleSignals: true, pollInterval: 5_000, logger })
}

/** A job begins a trace of its own: it may run long after the request that wanted it. */
function traced(tasks: Record<string, Task>): Record<string, Task> {
  const inTrace = ([name, task]: [string, Task]): [string, Task] => [
    name,
    async (payload, helpers) => inSpan(`job ${name}`, { kind: 'consumer', root: true }, async () => task(payload, helpers)),
  ]
  return Object.fromEntries(Object.entries(tasks).map(inTrace))
}
