import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { eventMigrations, type BusEvent } from '@vitrylo/events'
import { createPool, exec, inTx, many, sql, type Pool, type Tx } from '@vitrylo/pg'
import { besides, freshDatabase } from '@vitrylo/testkit'
import { beginErasing, callMigrations, erasePlaces, heeding, newId, subjectMigrations, type Subject, type SubjectPlace } from '../src/index.ts'

let pool: Pool
beforeAll(async () => {
  pool = createPool({ url: await freshDatabase('erasing', [eventMigrations, callMigrations, subjectMigrations]), name: 'test', max: 5 })
  await pool.query('create table entry (party_id uuid not null, words text not null)')
})
afterAll(() => pool.end())

const place: SubjectPlace = { name: 'entry', table: 'entry', of: ({ id }) => sql`t.party_id = ${id}`, treatment: 'delete' }
let person: Subject
const somebody = (id = newId()): Subject => ({ kind: 'counterparty', id, counterpartyIds: [id], contactPersonIds: [], recordIds: [] })
beforeEach(() => void (person = somebody()))

const takeEvent = async (tx: Tx): Promise<void> => {
  const [handler] = heeding([place], [{ type: 'test', topic: 'test', handle: (by: Tx) => exec(by, sql`insert into entry values (${person.id}, 'слова')`) } as never])
  await handler!.handle(tx, [{ key: person.id, headers: {} } as BusEvent])
}
const erase = async (tx: Tx): Promise<void> => {
  await beginErasing(tx, person, newId(), new Date())
  await erasePlaces(tx, [place], person, new Date())
}
const left = () => many(pool, sql`select words from entry where party_id = ${person.id}`)

// Seen failing without the lock: neither waited, and neither saw what the other had not committed.
test('an event that is being applied while its person is erased leaves nothing of them, whichever is first', async () => {
  await besides(pool, takeEvent, () => inTx(pool, erase))
  expect(await left()).toEqual([])
  person = somebody()
  await besides(pool, erase, () => inTx(pool, takeEvent))
  expect(await left()).toEqual([])
})

test('events do not wait for each other', async () => {
  await inTx(pool, async (tx) => {
    await takeEvent(tx)
    await inTx(pool, takeEvent)
  })
  expect(await left()).toHaveLength(2)
})
