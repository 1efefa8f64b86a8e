import type { Caller } from '@vitrylo/auth'
import type { Known, Matching } from '@vitrylo/imports'
import { many, sql, type Tx } from '@vitrylo/pg'
import { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { fromPersonRow, personColumns, places, type PersonRow } from '../contact-person/contact-person-row.ts'
import { lockContactPersons, type LockedPerson } from '../contact-person/contact-person-sql.ts'
import type { Facts } from '../duplicates/facts.ts'
import { keysOf, sameNameKeys } from '../duplicates/keys.ts'
import { factsOfPerson } from '../duplicates/person-match-sql.ts'
import { skeleton } from '../search/skeleton.ts'
import { judgeOf } from './match-counterparty.ts'
import { emailsOf, phonesOf } from './match-keys.ts'

/** What can be a key by itself: there is an index for each of them. */
export const PERSON_ALONE = ['externalId', 'phone', 'email', 'displayName'] as const
/** What says too little by itself: the day of birth, the organisation. */
export const PERSON_BESIDE = ['birthday', 'counterparty'] as const

type Part = (typeof PERSON_ALONE)[number] | (typeof PERSON_BESIDE)[number]

const VALUES: Record<Part, (p: ContactPerson) => string[]> = {
  externalId: ({ externalId }) => [externalId],
  phone: ({ channels }) => phonesOf(channels),
  email: ({ channels }) => emailsOf(channels),
  displayName: ({ displayName }) => [skeleton(displayName)],
  birthday: ({ birthday }) => [birthday],
  counterparty: ({ positions }) => positions.map(({ counterpartyId }) => counterpartyId),
}
const READS: Partial<Record<Part, string[]>> = {
  externalId: ['externalId'], phone: ['channels'], email: ['channels'], displayName: ['displayName'], birthday: ['birthday'], counterparty: ['positions'],
}
const COMPARED = ['displayName', 'channels', 'birthday']

/** `locked`: as it can be changed; absent where it cannot. */
export type KnownPerson = Known<ContactPerson> & { locked: LockedPerson | undefined }

/** How rows find contact persons: with those alone whom the importer sees at one of their organisations. */
export const matchPerson: Matching<ContactPerson, KnownPerson> = {
  section: 'contact-persons',
  alone: PERSON_ALONE,
  reads: (part) => READS[part as Part] ?? COMPARED,
  valuesOf: (part, person) => VALUES[part as Part](person).filter((value) => value !== ''),
  lock,
  withValues,
  likeness: { candidates, facts: factsOfPerson, blocks: keysOf, judge: judgeOf },
}

async function lock(tx: Tx, caller: Caller, ids: readonly string[], externalIds: readonly string[]): Promise<KnownPerson[]> {
  if (ids.length + externalIds.length === 0) return []
  const rows = await many<{ id: string; external_id: string }>(
    tx,
    sql`select id, external_id from contact_person where id = any(${ids}::uuid[])
        union select id, external_id from contact_person where external_id <> '' and external_id = any(${externalIds}::text[])`,
  )
  const all = rows.map(({ id }) => id)
  const [seen, changeable] = [byId(await lockContactPersons(tx, caller, 'view', all)), byId(await lockContactPersons(tx, caller, 'change', all))]
  return rows.map(({ id, external_id: externalId }) => {
    const locked = changeable.get(id)
    const person = seen.get(id)?.person ?? locked?.person
    return { record: person ?? ContactPerson.fromPartial({ id, externalId }), visible: person !== undefined, reachable: locked !== undefined, locked }
  })
}

const byId = (locked: readonly LockedPerson[]): Map<string, LockedPerson> => new Map(locked.map((one) => [one.person.id, one]))

const NOTHING: Facts = { id: '', names: [], taxCode: '', phones: [], emails: [], birthday: '', places: [] }

/** By the keys of the search for duplicates: values that are equal as a key compares them share one. */
async function withValues(tx: Tx, caller: Caller, part: string, rows: readonly ContactPerson[], key: readonly string[]): Promise<ContactPerson[]> {
  const keys = rows.flatMap((row) => {
    const facts = factsOfPerson(row)
    if (part === 'displayName') return sameNameKeys(facts)
    return keysOf({ ...NOTHING, phones: part === 'phone' ? facts.phones : [], emails: part === 'email' ? facts.emails : [] })
  })
  // Of all who are entered as an accountant of some firm only those of the firms of the rows are read.
  const firms = [...new Set(rows.flatMap((row) => VALUES.counterparty(row)))]
  const within = key.includes('counterparty') ? sql`and p.id in (select h.person_id from position h where h.counterparty_id = any(${firms}::uuid[]))` : sql.empty
  const found = await many<PersonRow>(
    tx,
    sql`select ${personColumns} from contact_person p ${places(caller, 'view')}
        where p.id in (select m.person_id from contact_person_match m where m.keys && ${[...new Set(keys)]}::int[]) ${within} and o.positions is not null`,
  )
  return found.map(fromPersonRow)
}

const MAX_CANDIDATES = 200

async function candidates(tx: Tx, caller: Caller, rows: readonly ContactPerson[]): Promise<ContactPerson[][]> {
  const asked = rows.map((row, at) => ({ at, keys: keysOf(factsOfPerson(row)) }))
  const found = await many<PersonRow & { at: number }>(
    tx,
    sql`select r.at, m.* from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as r (at int, keys int[]) cross join lateral (
          select ${personColumns} from contact_person p ${places(caller, 'view')}
          where p.id in (select k.person_id from contact_person_match k where k.keys && r.keys) and o.positions is not null
          order by p.id limit ${MAX_CANDIDATES}) m`,
  )
  const each: ContactPerson[][] = rows.map(() => [])
  for (const row of found) each[row.at]!.push(fromPersonRow(row))
  return each
}
