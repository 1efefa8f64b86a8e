import { inTx, one, sql } from '@vitrylo/pg'
import { newId, type Deps } from '@vitrylo/service'
import { DEFAULT_QUEUE, insertQueue, queuesNamed } from './queue-sql.ts'

const FIRST = { name: DEFAULT_QUEUE, title: 'Загальна', group: '', answerMinutes: 240, callBackMinutes: 30, archived: false }

/** A new installation has the default queue. */
export async function seedQueues({ pool, now }: Deps): Promise<void> {
  await inTx(pool, async (tx) => {
    await one(tx, sql`select pg_advisory_xact_lock(hashtext('service-desk.seed'))`)
    if ((await queuesNamed(tx, [DEFAULT_QUEUE])).length > 0) return
    await insertQueue(tx, { ...FIRST, id: newId(), etag: '', createTime: undefined, updateTime: undefined }, now())
  })
}
