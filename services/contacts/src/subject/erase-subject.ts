import { appendOutbox } from '@vitrylo/events'
import { exec, many, sql, type Tx } from '@vitrylo/pg'
import { SubjectErasedEvent, SubjectPartErasedEvent } from '@vitrylo/proto/events.ts'
import { beginErasing, erasePlaces, messageOf, newId, type Subject } from '@vitrylo/service'
import { placesMoved } from '../contact-person/contact-person-sql.ts'
import { forgetWords, gatherAnew, wordsOfRecords } from '../search/words.ts'
import { places } from './places.ts'
import { tellPersonsGone } from './tell.ts'

type Erasing = { requestId: string; actorId: string; place: { branchId: string | null; ownerId: string | null } }

/**
 * Erases a person here, and tells the other services to, in one transaction: whoever changes the record at the same time
 * waits for it and finds it removed. Gives the id of the event.
 */
export async function eraseSubject(tx: Tx, subject: Subject, { requestId, actorId, place }: Erasing, now: Date): Promise<string> {
  const eventId = newId()
  const { counterpartyIds, contactPersonIds } = subject
  const persons = await many<{ id: string; revision: number }>(tx, sql`select id, revision from contact_person where id = any(${contactPersonIds}::uuid[]) order by id for update`)
  const others = await othersAround(tx, subject)
  const words = await wordsOfRecords(tx, counterpartyIds, contactPersonIds)
  await beginErasing(tx, subject, requestId, now)
  const key = subject.id
  // Told first: what was published of the person before is forgotten by the bus, what is told from here on stays.
  await appendOutbox(tx, [{
    id: eventId, type: SubjectErasedEvent, key, revision: 1, time: now, branchId: place.branchId ?? undefined, ownerId: place.ownerId ?? undefined,
    data: { requestId, subject: messageOf(subject), actorId },
  }, { type: SubjectPartErasedEvent, key: requestId, revision: 1, time: now, data: { requestId, service: 'contacts', recordIds: [] } }])
  await erasePlaces(tx, places, subject, now)
  await tellPersonsGone(tx, persons, now)
  await placesMoved(tx, others.persons, [...others.organisations, ...counterpartyIds], now)
  await forgetWords(tx, words)
  return eventId
}

/** Persons who stay and lose a place, and organisations that were found by a person who goes. */
async function othersAround(tx: Tx, { counterpartyIds, contactPersonIds }: Subject): Promise<{ persons: string[]; organisations: string[] }> {
  const rows = await many<{ person_id: string; counterparty_id: string }>(
    tx,
    sql`select person_id, counterparty_id from position where counterparty_id = any(${counterpartyIds}::uuid[]) or person_id = any(${contactPersonIds}::uuid[])`,
  )
  const gone = new Set(contactPersonIds)
  return {
    persons: [...new Set(rows.map((row) => row.person_id).filter((id) => !gone.has(id)))],
    organisations: [...new Set(rows.filter((row) => gone.has(row.person_id)).map((row) => row.counterparty_id))],
  }
}

/** After a restore: what other services and the search hold of others around follows too. */
export async function aroundErased(tx: Tx, { counterpartyIds }: Subject): Promise<void> {
  await exec(tx, sql`update counterparty set person_search = '' where id = any(${counterpartyIds}::uuid[]) and person_search <> ''`)
  await gatherAnew(tx)
}
