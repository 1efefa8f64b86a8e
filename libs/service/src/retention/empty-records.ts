import { appendOutbox } from '@vitrylo/events'
import { newId, sql, type Tx } from '@vitrylo/pg'
import { SubjectPartErasedEvent } from '@vitrylo/proto/events.ts'
import { eraseRecords } from '../subjects/erase.ts'
import type { SubjectPlace } from '../subjects/places.ts'

/**
 * Records whose time is over become what an erasure makes of them: figures, states and times without anybody's words. What
 * others have copied of them goes too. Gives how many. `places`: the one of the records, and those that hang on it.
 */
export async function emptyRecords(tx: Tx, service: string, places: readonly SubjectPlace[], ids: readonly string[], now: Date): Promise<number> {
  const requestId = newId()
  // Told first: what was published of them before is forgotten by the bus, what comes after stays.
  await appendOutbox(tx, [{ type: SubjectPartErasedEvent, key: requestId, revision: 1, time: now, data: { requestId, service, recordIds: [...ids] } }])
  await eraseRecords(tx, places, ids, now)
  return ids.length
}

/** A place as rules take it: not whose the rows are counts, but which they are. */
export const ofRecords = (places: readonly SubjectPlace[], name: string): SubjectPlace =>
  ({ ...places.find((place) => place.name === name)!, of: ({ recordIds }) => sql`t.id = any(${recordIds}::uuid[])` })
