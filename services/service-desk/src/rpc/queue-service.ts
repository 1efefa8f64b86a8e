import type { QueueServiceServer } from '@vitrylo/proto/vitrylo/servicedesk/v1/queue_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import { assertExchangeName, assertNotDefault, deleteQueue, getQueue, insertQueue, listQueues, lockQueue, updateQueue } from '../queue/queue-sql.ts'
import { lockRegistration } from '../request/request-sql.ts'

const WRITABLE = ['name', 'title', 'group', 'answerMinutes', 'callBackMinutes', 'archived'] as const

export function queueService({ pool }: Deps): Handlers<QueueServiceServer> {
  return {
    getQueue: ({ id }) => getQueue(pool, id),
    listQueues: (request, call) => listQueues(pool, call, request),
    createQueue: ({ queue }, { now, transact }) => {
      assertExchangeName(queue!)
      return transact((tx) => insertQueue(tx, { ...queue!, id: newId() }, now))
    },
    updateQueue: ({ queue, updateMask }, { now, transact }) =>
      transact(async (tx) => {
        const current = await lockQueue(tx, queue!.id, queue!.etag)
        const { next, changed } = applyMask(current, queue!, updateMask, WRITABLE)
        if (changed.length === 0) return current
        if (changed.includes('name')) {
          assertNotDefault(current)
          assertExchangeName(next)
        }
        if (next.archived && !current.archived) {
          assertNotDefault(current)
          // Registrations that have found it open already come before; after the answer nothing new comes through it.
          await lockRegistration(tx)
        }
        return updateQueue(tx, next, now)
      }),
    deleteQueue: ({ id, etag }, { transact }) =>
      transact(async (tx) => {
        const current = await lockQueue(tx, id, etag)
        assertNotDefault(current)
        await deleteQueue(tx, current)
        return {}
      }),
  }
}
