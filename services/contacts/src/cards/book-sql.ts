import { createHash } from 'node:crypto'
import { scopeOf, type Caller } from '@vitrylo/auth'
import { withCustom } from '@vitrylo/custom'
import { AppError } from '@vitrylo/errors'
import { pageOf, type Asker } from '@vitrylo/lists'
import { many, sql, type Db, type Sql } from '@vitrylo/pg'
import { CardKind } from '@vitrylo/proto/vitrylo/contacts/v1/card_service.ts'
import type { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { trimmed } from '@vitrylo/service'
import { fromPersonRow, personColumns, places, type PersonRow } from '../contact-person/contact-person-row.ts'
import { personList } from '../contact-person/contact-person-sql.ts'
import { counterpartyList } from '../counterparty/counterparty-list.ts'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { scope } from '../counterparty/counterparty-sql.ts'
import type { State } from './state-sql.ts'

/** The question that a book is. */
export type Question = { kind: CardKind; mine: boolean; filter: string }
export type Section = 'counterparties' | 'contact-persons'
export const sectionOf = ({ kind }: Question): Section => (kind === CardKind.CONTACT_PERSONS ? 'contact-persons' : 'counterparties')

/** More cards than that no phone holds. */
const MOST_CARDS = 20_000

/** A record of a book with what its card is made of, as the caller may see it. */
export type Held = { id: string; name: string; etag: string; uid: string; lines: string[]; updateTime: Date | undefined } & (
  { section: 'counterparties'; counterparty: Counterparty } | { section: 'contact-persons'; person: ContactPerson; organisation: string }
)

const OWN_NAME = /^vitrylo-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.vcf$/
export const isOwnName = (name: string): boolean => OWN_NAME.test(name)

/** Joined beside every record: the caller's name for its card, and what programs have said beyond our fields. */
const beside = (section: Section, id: Sql, caller: Caller): Sql => sql`
  left join card_name n on n.employee_id = ${caller.employeeId ?? null}::uuid and n.kind = ${section} and n.record_id = ${id}
  left join card_extra x on x.kind = ${section} and x.record_id = ${id}`

const nameOf = (id: Sql): Sql => sql`coalesce(n.name, 'vitrylo-' || ${id} || '.vcf')`
const extraRevision = sql`coalesce(x.revision, 0)`

/** Where the person's card says that they work: the first place that the caller sees, if they see the organisation itself. */
const organisation = (caller: Caller): Sql => sql`
  left join lateral (select c.display_name as name from counterparty c where c.id = (o.positions->0->>'counterpartyId')::uuid
    and c.deleted_at is null and ${scope(caller, 'view')}) w on true`

// What the record's own revision does not tell: the place may be renamed, or come out of sight.
const personEtag = sql`p.revision || '.' || ${extraRevision} || '.' || left(md5(coalesce(w.name, '') || o.positions::text), 8)`

/** Everything that stands between `from` and `order by` of a book, and its columns. */
function partsOf(question: Question, asker: Asker, narrow: Sql): { id: Sql; etag: Sql; from: Sql } {
  const { caller } = asker
  const request = { pageSize: 0, pageToken: '', filter: question.filter, orderBy: '' }
  const me = sql`${caller.employeeId ?? null}::uuid`
  if (sectionOf(question) === 'counterparties') {
    const { where } = pageOf(withCustom(counterpartyList, caller, 'counterparties', 'c.'), request, asker)
    const mine = question.mine ? sql`c.responsible_id = ${me}` : sql`true`
    return {
      id: sql`c.id`, etag: sql`c.revision || '.' || ${extraRevision}`,
      from: sql`from counterparty c ${beside('counterparties', sql`c.id`, caller)} where c.deleted_at is null and ${scope(caller, 'view')} and ${mine} and ${narrow} and ${where}`,
    }
  }
  const { where } = pageOf(withCustom(personList, caller, 'contact-persons', 'p.'), request, asker)
  const mine = question.mine
    ? sql`p.id in (select q.person_id from position q join counterparty c on c.id = q.counterparty_id where c.responsible_id = ${me} and c.deleted_at is null
        and ${scopeOf(caller, 'contact-persons', 'view', { branch: sql`c.branch_id`, owner: sql`c.responsible_id` })})`
    : sql`true`
  return {
    id: sql`p.id`, etag: personEtag,
    from: sql`from contact_person p ${places(caller, 'view')} ${organisation(caller)} ${beside('contact-persons', sql`p.id`, caller)}
      where o.positions is not null and ${mine} and ${narrow} and ${where}`,
  }
}

/** Who loses sight of a field must be given the cards anew. */
export function limitMark(caller: Caller): string {
  const limits = caller.limits()
  const hidden = ['counterparties', 'contact-persons'].map((section) => [...(limits?.hidden.get(section) ?? [])].toSorted())
  return hidden.every(({ length }) => length === 0) ? '' : `.${createHash('sha256').update(JSON.stringify(hidden)).digest('hex').slice(0, 8)}`
}

/** Names and etags of all cards of a book. */
export async function stateOf(db: Db, asker: Asker, question: Question): Promise<State> {
  const { id, etag, from } = partsOf(question, asker, sql`true`)
  const rows = await many<{ name: string; etag: string }>(db, sql`select ${nameOf(id)} as name, ${etag} as etag ${from} order by ${id} limit ${MOST_CARDS + 1}`)
  if (rows.length > MOST_CARDS) {
    throw new AppError('FAILED_PRECONDITION', 'BOOK_TOO_LARGE', `the book has more than ${MOST_CARDS} cards; narrow its filter`, { most: String(MOST_CARDS) })
  }
  const mark = limitMark(asker.caller)
  return new Map(rows.map((row) => [row.name, row.etag + mark]))
}

type Beside = { name: string; etag: string; uid: string | null; lines: string[] | null }

/** Cards of a book by their names, trimmed. */
export async function heldIn(db: Db, asker: Asker, question: Question, names: readonly string[]): Promise<Held[]> {
  const section = sectionOf(question)
  // Asked first, so that the index of the records answers the rest: an `or` of two ways would read all of them.
  const given = await many<{ id: string }>(
    db,
    sql`select k.record_id as id from card_name k where k.employee_id = ${asker.caller.employeeId ?? null}::uuid and k.kind = ${section} and k.name = any(${names}::text[])`,
  )
  const ids = [...given.map(({ id }) => id), ...names.flatMap((name) => OWN_NAME.exec(name)?.[1] ?? [])]
  if (ids.length === 0) return []
  const { id, etag, from } = partsOf(question, asker, sql`${section === 'counterparties' ? sql`c.id` : sql`p.id`} = any(${ids}::uuid[])`)
  const more = sql`${nameOf(id)} as name, ${etag} as etag, x.uid, x.lines`
  const mark = limitMark(asker.caller)
  const asked = new Set(names)
  const common = (row: Beside & { id: string }) => ({ id: row.id, name: row.name, etag: row.etag + mark, uid: row.uid ?? '', lines: mark === '' ? (row.lines ?? []) : [] })
  if (section === 'counterparties') {
    const rows = await many<CounterpartyRow & Beside>(db, sql`select ${columns}, ${more} ${from}`)
    return rows.filter(({ name }) => asked.has(name)).map((row) => {
      const counterparty = trimmed(asker.caller, 'vitrylo.contacts.v1.Counterparty', fromRow(row))
      return { ...common(row), section, counterparty, updateTime: counterparty.updateTime }
    })
  }
  const rows = await many<PersonRow & Beside & { organisation: string | null }>(db, sql`select ${personColumns}, w.name as organisation, ${more} ${from}`)
  return rows.filter(({ name }) => asked.has(name)).map((row) => {
    const person = trimmed(asker.caller, 'vitrylo.contacts.v1.ContactPerson', fromPersonRow(row))
    // The name of the place is told by two fields: where they work, and how that is called.
    const isTold = person.positions.length > 0 && asker.caller.limits()?.hidden.get('counterparties')?.has('displayName') !== true
    return { ...common(row), section, person, organisation: isTold ? (row.organisation ?? '') : '', updateTime: person.updateTime }
  })
}
