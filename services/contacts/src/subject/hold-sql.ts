import { scopeOf, type Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import { LegalHoldChangedEvent } from '@vitrylo/proto/events.ts'
import { LegalHold } from '@vitrylo/proto/vitrylo/contacts/v1/legal_hold.ts'
import { remembered, type Subject } from '@vitrylo/service'
import { places as placesOfPersons } from '../contact-person/contact-person-row.ts'
import { scope as counterpartyScope } from '../counterparty/counterparty-sql.ts'
import type { Place } from './subject-of.ts'

type Row = {
  id: string
  counterparty_id: string | null
  contact_person_id: string | null
  reason: string
  until_at: Date | null
  actor: string
  created_at: Date
  ended_at: Date | null
  ended_by: string
  revision: number
  branch_id: string | null
  owner_id: string | null
  name: string | null
  active: boolean
}

const holds = (now: Date): Sql => sql`(h.ended_at is null and (h.until_at is null or h.until_at > ${now}::timestamptz))`

const columns = (caller: Caller, now: Date): Sql => sql`h.id, h.counterparty_id, h.contact_person_id, h.reason, h.until_at, h.actor, h.created_at, h.ended_at, h.ended_by, h.revision,
  h.branch_id, h.owner_id, ${holds(now)} as active,
  coalesce((select c.display_name from counterparty c where c.id = h.counterparty_id and ${counterpartyScope(caller, 'view')}),
    (select p.display_name from contact_person p ${placesOfPersons(caller, 'view')} where p.id = h.contact_person_id and o.positions is not null)) as name`

/** Whom it is on now: the one that they were merged into. */
const living: Sql = sql`coalesce((select a.survivor_id from party_alias a where a.merged_id = h.counterparty_id), h.counterparty_id)`

/** Where the client is now; where they were when it was put, for one who is nowhere any more. */
function scope(caller: Caller, action: string): Sql {
  const reached = (branch: Sql, owner: Sql): Sql => scopeOf(caller, 'privacy', action, { branch, owner })
  const place = sql`from counterparty c where (c.id = ${living} or c.id in (select w.counterparty_id from position w where w.person_id = h.contact_person_id))`
  return sql`case when exists (select ${place}) then exists (select ${place} and ${reached(sql`c.branch_id`, sql`c.responsible_id`)}) else ${reached(sql`h.branch_id`, sql`h.owner_id`)} end`
}

const fromRow = (row: Row): LegalHold => ({
  id: row.id, createTime: row.created_at, counterpartyId: row.counterparty_id ?? undefined, contactPersonId: row.contact_person_id ?? undefined, subjectName: row.name ?? '',
  reason: row.reason, untilTime: row.until_at ?? undefined, actorId: row.actor, endTime: row.ended_at ?? undefined, endedBy: row.ended_by, active: row.active,
})

/** The clock of who asks decides what is active. */
const listAt = (now: Date): ListDefinition => ({
  id: sql`h.id`,
  fields: {
    active: { column: holds(now), type: 'boolean' },
    counterpartyId: { column: living, type: 'uuid', nullable: true },
    contactPersonId: { column: sql`h.contact_person_id`, type: 'uuid', nullable: true },
    createTime: { column: sql`h.created_at`, type: 'time' },
  },
  orders: { createTime: { column: sql`h.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
})

export const legalHoldList = listAt(new Date(0))

export async function listHolds(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(listAt(asker.now), request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns(asker.caller, asker.now)}, ${page.pageKey} as page_key from legal_hold h
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { legalHolds: rows.map(fromRow), nextPageToken }
}

type Holding = { id: string; subject: Subject; place: Place; reason: string; until: Date | undefined; actor: string }

/** After `lockHolds`: who erases at the same time was waited for, or waits. */
export async function insertHold(tx: Tx, { id, subject, place, reason, until, actor }: Holding, caller: Caller, now: Date): Promise<LegalHold> {
  const [party, person] = subject.kind === 'counterparty' ? [subject.id, null] : [null, subject.id]
  const row = await one<Row>(
    tx,
    sql`insert into legal_hold as h (id, counterparty_id, contact_person_id, reason, until_at, actor, branch_id, owner_id, created_at, revision)
        values (${id}, ${party}, ${person}, ${reason}, ${until ?? null}, ${actor}, ${place.branchId}, ${place.ownerId}, ${now}, 1) returning ${columns(caller, now)}`,
  )
  return tell(tx, row!, now)
}

export async function endHold(tx: Tx, caller: Caller, id: string, now: Date): Promise<LegalHold> {
  const row = await one<Row>(tx, sql`select ${columns(caller, now)} from legal_hold h where h.id = ${id} and ${scope(caller, 'manage')} for update of h`)
  if (row === undefined) throw notFound('legal-hold', id)
  const before = remembered(fromRow(row))
  if (row.ended_at !== null) return before
  const ended = await one<Row>(
    tx,
    sql`update legal_hold h set ended_at = ${now}, ended_by = ${caller.employeeId ?? ''}, revision = revision + 1 where h.id = ${id} returning ${columns(caller, now)}`,
  )
  return tell(tx, ended!, now)
}

/** Services with records of clients: what they tell of a person besides stays theirs. */
async function tell(tx: Tx, row: Row, time: Date): Promise<LegalHold> {
  const legalHold = fromRow(row)
  // Nobody else needs the words.
  const data = { legalHold: { ...legalHold, reason: '', subjectName: '' } }
  await appendOutbox(tx, [{ type: LegalHoldChangedEvent, key: row.id, revision: row.revision, time, data, branchId: row.branch_id ?? undefined, ownerId: row.owner_id ?? undefined }])
  return legalHold
}

/**
 * Holds that keep somebody: on them, on one that was merged into them, on an organisation where they are, or on a contact person there. After `heedHolds`
 * none comes beside it. Of one whose place the caller does not reach nothing is told but that it is.
 */
export async function holdsOn(db: Db, caller: Caller, { counterpartyIds, contactPersonIds }: Subject, now: Date): Promise<LegalHold[]> {
  const [parties, persons] = [sql`${counterpartyIds}::uuid[]`, sql`${contactPersonIds}::uuid[]`]
  const rows = await many<Row & { reached: boolean }>(
    db,
    sql`select ${columns(caller, now)}, ${scope(caller, 'view')} as reached from legal_hold h
        where ${holds(now)} and (${living} = any(${parties}) or h.contact_person_id = any(${persons})
          or ${living} in (select w.counterparty_id from position w where w.person_id = any(${persons}))
          or h.contact_person_id in (select w.person_id from position w where w.counterparty_id = any(${parties})))
        order by h.created_at, h.id`,
  )
  return rows.map((row) => (row.reached ? fromRow(row) : LegalHold.fromPartial({ active: true })))
}

const heldParties = (now: Date): Sql => sql`select ${living} from legal_hold h where h.counterparty_id is not null and ${holds(now)}`
const heldPersons = (now: Date): Sql => sql`select h.contact_person_id from legal_hold h where h.contact_person_id is not null and ${holds(now)}`

/** Whether `holdsOn` finds one for a counterparty, as a condition. The set is read once, not for each of them. */
export const heldCounterparty = (id: Sql, now: Date): Sql => sql`${id} in (${heldParties(now)}
  union all select w.counterparty_id from position w where w.person_id in (${heldPersons(now)}))`

/** The same for an interaction `i`: by who took part. */
export const heldInteraction = (now: Date): Sql => sql`(i.contact_person_ids && array(${heldPersons(now)} union all select w.person_id from position w where w.counterparty_id in (${heldParties(now)}))
  or exists (select from interaction_party p where p.interaction_id = i.id and p.counterparty_id in (${heldParties(now)})))`
