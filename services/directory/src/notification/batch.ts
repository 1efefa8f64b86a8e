import { mailerOf } from '@vitrylo/mail'
import { exec, inTx, many, one, sql, type Pool, type Tx } from '@vitrylo/pg'
import { enqueue, type Deps, type ServiceDefinition } from '@vitrylo/service'
import { notify } from './notify.ts'

const TELL_JOB = 'tell-of-batch'
/** So long after the last of them: a change of hundreds takes a while, and pauses where the server asks for it. */
const SILENT_MS = 3_000

type Batch = { batchId: string; employeeId: string; senderId: string }

/** One more request of a change of many became somebody's: they are told of all when no more come. */
export async function noteOfBatch(tx: Tx, { batchId, employeeId, senderId }: Batch, now: Date): Promise<void> {
  await exec(
    tx,
    sql`insert into notice_batch as b (batch_id, employee_id, sender_id, kind, count, noted_at) values (${batchId}, ${employeeId}, ${senderId}, 'requests', 1, ${now})
        on conflict (batch_id, employee_id, sender_id, kind) do update set count = b.count + 1, noted_at = ${now}`,
  )
  await tellLater(tx, { batchId, employeeId, senderId }, new Date(now.getTime() + SILENT_MS))
}

/** Any caller names a batch: each who does is told of. */
const tellLater = (tx: Tx, { batchId, employeeId, senderId }: Batch, at?: Date) =>
  enqueue(tx, TELL_JOB, { batchId, employeeId, senderId }, [TELL_JOB, batchId, employeeId, senderId].join(':'), at)

/** Of whom no job tells any more, as it has failed too often, is told anew. */
export const tellForgotten = (pool: Pool, before: Date) =>
  inTx(pool, async (tx) => {
    const rows = await many<Batch>(tx, sql`select distinct batch_id as "batchId", employee_id as "employeeId", sender_id as "senderId" from notice_batch where noted_at < ${before}`)
    for (const row of rows) await tellLater(tx, row)
  })

export function batchJobs({ pool, env, now, committed }: Pick<Deps, 'pool' | 'env' | 'now' | 'committed'>): ReturnType<NonNullable<ServiceDefinition['jobs']>> {
  const mail = mailerOf(env) !== undefined
  return {
    [TELL_JOB]: async (payload) => {
      const { batchId, employeeId, senderId } = payload as Batch
      await inTx(pool, async (tx) => {
        const row = await one<{ kind: string; count: number }>(
          tx,
          sql`delete from notice_batch where batch_id = ${batchId} and employee_id = ${employeeId} and sender_id = ${senderId} returning kind, count`,
        )
        if (row !== undefined) await notify(tx, { kind: 'request-assigned', title: '', senderId, gains: [row] }, [employeeId], { now: now(), mail })
      })
      committed()
    },
  }
}
