import type { Caller } from '@vitrylo/auth'
import { exec, many, sql, type Db } from '@vitrylo/pg'
import type { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { fromPersonRow, personColumns, places, type PersonRow } from '../contact-person/contact-person-row.ts'
import { factsOf, type Facts } from './facts.ts'
import { keysOf } from './keys.ts'

/** A contact person is compared by what it shares with counterparties. */
export const factsOfPerson = ({ id, displayName, channels, birthday }: Pick<ContactPerson, 'id' | 'displayName' | 'channels' | 'birthday'>): Facts =>
  factsOf({ id, displayName, channels, birthday, fullName: '', taxCode: '', addresses: [] })

/** Writes by which keys they are found; after their rows are saved. */
export async function savePersonKeys(db: Db, saved: readonly ContactPerson[]): Promise<void> {
  if (saved.length === 0) return
  const rows = saved.map((p) => ({ id: p.id, revision: p.etag, keys: keysOf(factsOfPerson(p)) }))
  await exec(
    db,
    sql`insert into contact_person_match (person_id, revision, keys)
        select r.id, r.revision, r.keys from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, revision bigint, keys int[])
        on conflict (person_id) do update set revision = excluded.revision, keys = excluded.keys
          where contact_person_match.revision < excluded.revision`,
  )
}

const MAX_CANDIDATES = 500

/** Persons who share a key, as far as the caller may see them. */
export async function personCandidates(db: Db, caller: Caller, keys: readonly number[], exceptId: string): Promise<ContactPerson[]> {
  const rows = await many<PersonRow>(
    db,
    sql`select ${personColumns} from contact_person p ${places(caller, 'view')}
        where p.id in (select m.person_id from contact_person_match m where m.keys && ${keys}::int[])
          and p.id::text <> ${exceptId} and o.positions is not null
        order by p.id limit ${MAX_CANDIDATES}`,
  )
  return rows.map(fromPersonRow)
}
