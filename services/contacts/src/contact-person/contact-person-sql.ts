import { scopeOf, viewOnly, type Caller } from '@vitrylo/auth'
import { withCustom } from '@vitrylo/custom'
import { etagMismatch, notFound, type Violation } from '@vitrylo/errors'
import { demanded, pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import type { ContactPerson, Position } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'
import { actorOf } from '../counterparty/counterparty-sql.ts'
import { savePersonKeys } from '../duplicates/person-match-sql.ts'
import { publish } from '../timeline/publish.ts'
import { personChanged, personDeleted, placeMoved } from './contact-person-events.ts'
import {
  allPositions,
  everyPlace,
  fromPersonRow,
  personColumns,
  places,
  positionsFrom,
  toPersonRecord,
  toPositionRecords,
  type PersonRow,
  type StoredPosition,
} from './contact-person-row.ts'

export const personList: ListDefinition = {
  id: sql`p.id`,
  section: 'contact-persons',
  fields: {
    counterpartyId: { column: sql`array(select place->>'counterpartyId' from json_array_elements(o.positions) place)`, of: 'positions', type: 'array' },
    displayName: { column: sql`p.display_name`, type: 'text' },
    externalId: { column: sql`p.external_id`, type: 'text' },
    birthday: { column: sql`p.birthday`, type: 'date', nullable: true },
    createTime: { column: sql`p.created_at`, type: 'time' },
    updateTime: { column: sql`p.updated_at`, type: 'time' },
  },
  orders: {
    displayName: { column: sql`p.display_name`, type: 'text' },
    updateTime: { column: sql`p.updated_at`, type: 'timestamptz' },
  },
  defaultOrder: 'displayName',
}

export async function getContactPerson(db: Db, caller: Caller, id: string): Promise<ContactPerson> {
  const row = await one<PersonRow>(
    db,
    sql`select ${personColumns} from contact_person p ${places(caller, 'view')} where p.id = ${id} and o.positions is not null`,
  )
  if (row === undefined) throw notFound('contact-person', id)
  return fromPersonRow(row)
}

/** A page of those that the asker may see and that further actions reach. */
export async function listContactPersons(pool: Pool, asker: Asker, request: ListRequest, ...actions: readonly string[]) {
  const page = pageOf(withCustom(personList, asker.caller, 'contact-persons', 'p.'), request, asker)
  // Said once more in the form that the index of positions can answer.
  const of = demanded(request.filter, 'counterpartyId')
  const narrowed = of === undefined ? sql`true` : sql`p.id in (select person_id from position where counterparty_id = ${of}::uuid)`
  const { rows, nextPageToken } = await page.read<PersonRow>(
    pool,
    sql`select ${personColumns}, ${page.pageKey} as page_key from contact_person p ${places(asker.caller, 'view', ...actions)}
        where o.positions is not null and ${narrowed} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { contactPersons: rows.map(fromPersonRow), nextPageToken }
}

/** A person under lock: `person` as the caller sees it, `hidden` the places that they do not see, each with where it stands. */
export type LockedPerson = { person: ContactPerson; hidden: { at: number; position: Position }[] }

/** All places: those that the caller does not see stay where they stood, so that nobody moves the first one without knowing it. */
function allPlaces(positions: readonly Position[], hidden: LockedPerson['hidden']): Position[] {
  const all = [...positions]
  for (const { at, position } of hidden) all.splice(at, 0, position)
  return all
}

export async function lockContactPersons(tx: Tx, caller: Caller, action: string, ids: readonly string[]): Promise<LockedPerson[]> {
  const rows = await many<PersonRow & { all_positions: StoredPosition[] }>(
    tx,
    sql`select ${personColumns}, ${allPositions} as all_positions from contact_person p ${places(caller, action)}
        where p.id = any(${ids}::uuid[]) and o.positions is not null order by p.id for update of p`,
  )
  return rows.map((row) => {
    const seen = new Set(row.positions.map(({ counterpartyId }) => counterpartyId))
    const all = positionsFrom(row.all_positions)
    const person = fromPersonRow(row)
    remembered({ ...person, positions: all })
    const hidden = all.flatMap((position, at) => (seen.has(position.counterpartyId) ? [] : [{ at, position }]))
    return { person, hidden }
  })
}

export async function lockContactPerson(tx: Tx, caller: Caller, action: string, id: string, etag = ''): Promise<LockedPerson> {
  const [locked] = await lockContactPersons(tx, caller, action, [id])
  if (locked === undefined) {
    await getContactPerson(tx, caller, id)
    throw viewOnly('contact-persons', action, id)
  }
  if (etag !== '' && etag !== locked.person.etag) throw etagMismatch('contact-person', id)
  return locked
}

export type Place = { branchId: string; responsibleId: string }

/**
 * Organisations that the caller may give contact persons to; others are as if they did not exist. The lock waits for a
 * merge that has begun, and keeps one that would leave the new place behind.
 */
export async function reachablePlaces(tx: Tx, caller: Caller, action: string, ids: readonly string[]): Promise<Map<string, Place>> {
  const rows = await many<{ id: string; branch_id: string | null; responsible_id: string | null }>(
    tx,
    sql`select c.id, c.branch_id, c.responsible_id from counterparty c where c.id = any(${ids}::uuid[]) and c.deleted_at is null
        and ${scopeOf(caller, 'contact-persons', action, { branch: sql`c.branch_id`, owner: sql`c.responsible_id` })}
        order by c.id for key share of c`,
  )
  return new Map(rows.map((row) => [row.id, { branchId: row.branch_id ?? '', responsibleId: row.responsible_id ?? '' }]))
}

export function positionViolations(positions: readonly Position[], reachable: ReadonlyMap<string, Place>): Violation[] {
  const seen = new Set<string>()
  return positions.flatMap(({ counterpartyId }, index) => {
    const field = `positions[${index}].counterpartyId`
    if (!reachable.has(counterpartyId)) return [{ field, rule: 'reference', description: 'no such counterparty' }]
    if (seen.has(counterpartyId)) return [{ field, rule: 'unique', description: 'the counterparty is named twice' }]
    seen.add(counterpartyId)
    return []
  })
}

const RECORD = sql`r (id uuid, display_name text, channels jsonb, birthday date, note text, external_id text, custom jsonb, search text)`

export async function insertPersons(tx: Tx, given: readonly ContactPerson[], caller: Caller, now: Date): Promise<ContactPerson[]> {
  if (given.length === 0) return []
  const saved = given.map((p) => ({ ...p, etag: '1', createTime: now, updateTime: now }))
  const actor = actorOf(caller)
  await explained(
    exec(
      tx,
      sql`insert into contact_person (id, display_name, channels, birthday, note, external_id, custom, search, revision, created_at, created_by,
            updated_at, updated_by)
          select r.id, r.display_name, r.channels, r.birthday, r.note, r.external_id, r.custom, r.search, 1, ${now}::timestamptz, ${actor}::text,
            ${now}::timestamptz, ${actor}::text
          from jsonb_to_recordset(${JSON.stringify(saved.map(toPersonRecord))}::jsonb) as ${RECORD}`,
    ),
  )
  await insertPositions(tx, saved)
  await refreshSearch(tx, saved.flatMap(({ positions }) => positions))
  await savePersonKeys(tx, saved)
  await publish(tx, saved.map((p) => personChanged(p, [], caller, now)))
  return saved
}

export type PersonChange = { locked: LockedPerson; next: ContactPerson }

export async function updatePersons(tx: Tx, changes: readonly PersonChange[], caller: Caller, now: Date): Promise<ContactPerson[]> {
  if (changes.length === 0) return []
  const saved = changes.map(({ next }) => ({ ...next, etag: String(Number(next.etag) + 1), updateTime: now }))
  await explained(
    exec(
      tx,
      sql`update contact_person p set display_name = r.display_name, channels = r.channels, birthday = r.birthday, note = r.note,
            external_id = r.external_id, custom = r.custom, search = r.search, revision = p.revision + 1, updated_at = ${now}, updated_by = ${actorOf(caller)}
          from jsonb_to_recordset(${JSON.stringify(saved.map(toPersonRecord))}::jsonb) as ${RECORD} where p.id = r.id`,
    ),
  )
  const whole = saved.map((p, index) => ({ ...p, positions: allPlaces(p.positions, changes[index]!.locked.hidden) }))
  const before = changes.map(({ locked }) => allPlaces(locked.person.positions, locked.hidden))
  await exec(tx, sql`delete from position where person_id = any(${saved.map(({ id }) => id)}::uuid[])`)
  await insertPositions(tx, whole)
  await refreshSearch(tx, [...whole.flatMap(({ positions }) => positions), ...before.flat()])
  await savePersonKeys(tx, saved)
  await publish(tx, whole.map((p, index) => personChanged(p, before[index]!, caller, now)))
  return saved
}

export async function deletePerson(tx: Tx, { person, hidden }: LockedPerson, caller: Caller, now: Date): Promise<void> {
  const whole = { ...person, positions: allPlaces(person.positions, hidden) }
  await exec(tx, sql`delete from contact_person where id = ${person.id}`)
  await refreshSearch(tx, whole.positions)
  await publish(tx, [personDeleted(whole, caller, now)])
}

async function insertPositions(tx: Tx, persons: readonly ContactPerson[]): Promise<void> {
  await exec(
    tx,
    sql`insert into position (person_id, counterparty_id, ordinal, title, decision_role)
        select r.person_id, r.counterparty_id, r.ordinal, r.title, r.decision_role
        from jsonb_to_recordset(${JSON.stringify(persons.flatMap(toPositionRecords))}::jsonb)
          as r (person_id uuid, counterparty_id uuid, ordinal int, title text, decision_role text)`,
  )
}

/** Persons whose places were moved: their events tell anew where they act, and their organisations are found by them. */
export async function placesMoved(tx: Tx, personIds: readonly string[], counterpartyIds: readonly string[], now: Date): Promise<void> {
  await exec(tx, sql`update contact_person set revision = revision + 1, updated_at = ${now} where id = any(${personIds}::uuid[])`)
  await exec(tx, sql`update contact_person_match m set revision = p.revision from contact_person p where p.id = m.person_id and p.id = any(${personIds}::uuid[])`)
  const rows = await many<PersonRow>(tx, sql`select ${personColumns} from contact_person p ${everyPlace} where p.id = any(${personIds}::uuid[]) order by p.id`)
  await refreshSearch(tx, counterpartyIds.map((counterpartyId) => ({ counterpartyId })))
  await publish(tx, rows.map((row) => placeMoved(fromPersonRow(row), now)))
}

/** An organisation is found by its contact persons. Locks go by id, so that two changes cannot wait for each other. */
async function refreshSearch(tx: Tx, positions: readonly Pick<Position, 'counterpartyId'>[]): Promise<void> {
  const ids = [...new Set(positions.map(({ counterpartyId }) => counterpartyId))]
  if (ids.length === 0) return
  await exec(
    tx,
    sql`with locked as (select c.id from counterparty c where c.id = any(${ids}::uuid[]) order by c.id for no key update)
        update counterparty c set person_search = coalesce(
          (select string_agg(p.search, '' order by p.id) from position o join contact_person p on p.id = o.person_id
           where o.counterparty_id = c.id), '')
        from locked where c.id = locked.id`,
  )
}
