import { scopeOf, type Caller } from '@vitrylo/auth'
import { invalid, notFound } from '@vitrylo/errors'
import { many, one, sql, type Db } from '@vitrylo/pg'
import { livingId, type Subject } from '@vitrylo/service'
import { places as placesOfPersons } from '../contact-person/contact-person-row.ts'
import { scope } from '../counterparty/counterparty-sql.ts'

export type Named = { counterpartyId: string; contactPersonId: string }
export type Place = { branchId: string | null; ownerId: string | null }
export type Found = { subject: Subject; place: Place; erased: boolean }

const privacy = (caller: Caller, action: string) => scopeOf(caller, 'privacy', action, { branch: sql`c.branch_id`, owner: sql`c.responsible_id` })

/** Whom a request means, for who sees the record and whose right in the section `privacy` reaches it; under lock for an erasure. */
export async function findSubject(db: Db, caller: Caller, action: string, { counterpartyId, contactPersonId }: Named, lock = false): Promise<Found> {
  const party = counterpartyId === '' ? undefined : await partyOf(db, caller, action, counterpartyId, lock)
  const person = contactPersonId === '' ? undefined : await personOf(db, caller, action, contactPersonId, lock)
  if (party !== undefined && person !== undefined) throw invalid([{ field: 'contactPersonId', rule: 'choice', description: 'name one of the two' }])
  const found = party ?? person
  if (found === undefined) throw invalid([{ field: 'counterpartyId', rule: 'required', description: 'name a counterparty or a contact person' }])
  return found
}

type Row = { id: string; branch_id: string | null; responsible_id: string | null; erased: boolean }

const lockOf = (lock: boolean) => (lock ? sql`for update of c` : sql``)

async function partyOf(db: Db, caller: Caller, action: string, id: string, lock: boolean): Promise<Found> {
  const row = await one<Row>(
    db,
    sql`select c.id, c.branch_id, c.responsible_id, c.erased_at is not null as erased from counterparty c
        where c.id = ${livingId(id)} and ${scope(caller, 'view')} and ${privacy(caller, action)} ${lockOf(lock)}`,
  )
  if (row === undefined) throw notFound('counterparty', id)
  const place = { branchId: row.branch_id, ownerId: row.responsible_id }
  return { subject: await subjectOfParty(db, row.id), place, erased: row.erased }
}

async function subjectOfParty(db: Db, id: string): Promise<Subject> {
  const ids = [id, ...(await many<{ id: string }>(db, sql`select merged_id as id from party_alias where survivor_id = ${id} order by 1`)).map((row) => row.id)]
  const persons = await many<{ id: string }>(
    db,
    sql`select distinct o.person_id as id from position o where o.counterparty_id = any(${ids}::uuid[])
          and not exists (select from position w where w.person_id = o.person_id and w.counterparty_id <> all(${ids}::uuid[])) order by 1`,
  )
  const records = await many<{ id: string }>(
    db,
    sql`select k.id from related_record k where (k.counterparty_id = any(${ids}::uuid[]) or k.origin_id = any(${ids}::uuid[])) and k.section in ('opportunities', 'requests')
        union select p.interaction_id from interaction_party p where p.counterparty_id = any(${ids}::uuid[])`,
  )
  return { kind: 'counterparty', id, counterpartyIds: ids, contactPersonIds: persons.map((row) => row.id), recordIds: records.map((row) => row.id) }
}

/** A contact person belongs to the organisations: one that the caller reaches is enough. */
async function personOf(db: Db, caller: Caller, action: string, id: string, lock: boolean): Promise<Found> {
  const row = await one<Row>(
    db,
    sql`select c.id, c.branch_id, c.responsible_id, false as erased
        from contact_person p ${placesOfPersons(caller, 'view')} join position w on w.person_id = p.id join counterparty c on c.id = w.counterparty_id
        where p.id = ${id} and o.positions is not null and ${privacy(caller, action)} order by w.ordinal limit 1 ${lock ? sql`for update of p` : sql``}`,
  )
  if (row === undefined) throw notFound('contact-person', id)
  return { subject: { kind: 'contact-person', id, counterpartyIds: [], contactPersonIds: [id], recordIds: [] }, place: { branchId: row.branch_id, ownerId: row.responsible_id }, erased: false }
}
