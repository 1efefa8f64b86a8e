import { scopeOf, type Caller } from '@vitrylo/auth'
import { many, sql, type Db } from '@vitrylo/pg'
import type { SearchReason } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import type { CounterpartyRow } from '../counterparty/counterparty-row.ts'
import type { Query } from './query.ts'
import { likeness } from './mistyped.ts'
import { skeleton } from './skeleton.ts'

type Found = CounterpartyRow & { tier: number; name_key: string; own_search: string }
type PersonRow = { id: string; counterparty_id: string; display_name: string; search: string }

/** Why each was found. Contact persons are asked for only where the counterparty's own words do not tell. */
export async function reasonsOf(db: Db, caller: Caller, query: Query, found: readonly Found[]): Promise<SearchReason[]> {
  const reasons = found.map((row) => ownReason(query, row))
  const open = found.filter(({ tier }, index) => tier === 4 || reasons[index] === undefined)
  const persons = open.length === 0 ? [] : await personsOf(db, caller, open.map(({ id }) => id))
  return found.map((row, index) => (row.tier === 4 ? likeReason(query, row, persons) : reasons[index] ?? personReason(query, row, persons)))
}

const byOwn = (matched: string, text: string): SearchReason => ({ matched, text, contactPersonId: '' })
const byPerson = (matched: string, { id, display_name: text }: PersonRow): SearchReason => ({ matched, text, contactPersonId: id })

/** Of what is only written alike: the name, or a contact person who is more like it. */
function likeReason({ words }: Query, row: Found, persons: readonly PersonRow[]): SearchReason {
  const own = persons.filter(({ counterparty_id: id }) => id === row.id)
  const likest = own.toSorted((a, b) => likeness(words, b.search) - likeness(words, a.search))[0]
  if (likest !== undefined && likeness(words, likest.search) > likeness(words, row.name_key)) return byPerson('person', likest)
  return byOwn('similar', row.display_name)
}

function ownReason({ words, digits, code: typed }: Query, row: Found): SearchReason | undefined {
  const holds = (text: string): boolean => words.some((word) => text.includes(word))
  const codes = [row.tax_code, row.vat_number, row.external_id]
  if (digits) {
    if (codes.includes(typed)) return byOwn('code', typed)
    const phone = row.channels.find(({ kind, value, e164 }) => kind === 'phone' && holds((e164 || value).replace(/\D/g, '')))
    if (phone !== undefined) return byOwn('phone', phone.e164 || phone.value)
    const code = codes.find(holds)
    if (code !== undefined) return byOwn('code', code)
  }
  if (words.every((word) => row.name_key.includes(word))) return byOwn('name', row.display_name)
  if (!words.every((word) => row.own_search.includes(word))) return undefined
  const email = row.channels.find(({ kind, value }) => kind === 'email' && holds(skeleton(value)))
  if (email !== undefined) return byOwn('email', email.value)
  const code = codes.find((text) => text !== '' && holds(skeleton(text)))
  if (code !== undefined && !holds(row.name_key)) return byOwn('code', code)
  return byOwn('name', row.full_name || row.display_name)
}

function personReason({ words, digits }: Query, { id, display_name: name }: Found, persons: readonly PersonRow[]): SearchReason {
  const person = persons.find(({ counterparty_id, search }) => counterparty_id === id && words.some((word) => search.includes(word)))
  if (person === undefined) return byOwn('name', name)
  return byPerson(digits ? 'phone' : 'person', person)
}

export async function personsOf(db: Db, caller: Caller, ids: string[]): Promise<PersonRow[]> {
  const rows = await many<PersonRow>(
    db,
    sql`select p.id, o.counterparty_id, p.display_name, p.search
        from position o join contact_person p on p.id = o.person_id join counterparty c on c.id = o.counterparty_id
        where o.counterparty_id = any(${ids}::uuid[])
          and ${scopeOf(caller, 'contact-persons', 'view', { branch: sql`c.branch_id`, owner: sql`c.responsible_id` })}
        order by p.display_name, p.id`,
  )
  if (caller.limits()?.hidden.get('contact-persons')?.has('channels') !== true) return rows
  return rows.map((row) => ({ ...row, search: ` ${skeleton(row.display_name)} ` }))
}
