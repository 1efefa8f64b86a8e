import { RequestAssignedEvent } from '@vitrylo/proto/events.ts'
import { sql } from '@vitrylo/pg'
import { countOf, sharesPossession, type Possession } from '@vitrylo/service'
import { isOpenOf, loadsOf, lockOpenOf, publishAll, updateRequest } from '../request/request-sql.ts'
import { assign } from '../request/request.ts'

/** What of this service employees have. What is closed stays theirs: it is history. */
export const possessions: readonly Possession[] = [
  {
    kind: 'requests',
    count: (db, employeeId, among) => countOf(db, sql`${isOpenOf(employeeId)} and ${among(sql`r.id`)}`),
    async move(tx, { fromId, toId, caller, most, now, among }) {
      // A request has an owner always.
      if (toId === undefined) return 0
      const current = await lockOpenOf(tx, fromId, most, among)
      const [load] = await loadsOf(tx, [toId])
      const saved = []
      for (const [index, request] of current.entries()) {
        saved.push(await updateRequest(tx, assign(request, { id: toId, openRequests: load!.openRequests + index }).next, now))
      }
      await publishAll(tx, RequestAssignedEvent, saved, caller.employeeId)
      return saved.length
    },
  },
  sharesPossession('request-shares', 'requests'),
]
