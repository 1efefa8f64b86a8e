import { on } from '@vitrylo/events'
import { exec, sql } from '@vitrylo/pg'
import { PackInstalledEvent } from '@vitrylo/proto/events.ts'
import { newId } from '@vitrylo/service'
import { insertQueue, queuesNamed } from '../queue/queue-sql.ts'

/** Queues of a pack, unless the desk has one of that name. */
export const onPackInstalled = on(PackInstalledEvent, async (tx, { queues }, { time }) => {
  // Two packs at once would not see each other's.
  await exec(tx, sql`select pg_advisory_xact_lock(hashtextextended('queues of packs', 160))`)
  const known = new Set((await queuesNamed(tx, queues.map(({ name }) => name))).map(({ name }) => name))
  for (const queue of queues) {
    if (!known.has(queue.name)) await insertQueue(tx, { ...queue, id: newId(), etag: '', createTime: undefined, updateTime: undefined, archived: false }, new Date(time))
  }
})
