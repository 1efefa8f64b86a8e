import { scopeOf, type Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { listRows, pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import { LegalHoldChangedEvent } from '@vitrylo/proto/events.ts'
import type { LegalHold } from '@vitrylo/proto/vitrylo/contacts/v1/legal_hold.ts'
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

const scope = (caller: Caller, action: string): Sql => scopeOf(caller, 'privacy', action, { branch: sql`h.branch_id`, owner: sql`h.owner_id` })

const fromRow = (row: Row): LegalHold => ({
  id: row.id, createTime: row.created_at, counterpartyId: row.counterparty_id ?? undefined, contactPersonId: row.contact_person_id ?? undefined, subjectName: row.name ?? '',
  reason: row.reason, untilTime: row.until_at ?? undefined, actorId: row.actor, endTime: row.ended_at ?? undefined, endedBy: row.ended_by, active: row.active,
})

/** The clock of who asks decides what is active. */
const listAt = (now: Date): ListDefinition => ({
  id: sql`h.id`,
  fields: {
    active: { column: holds(now), type: 'boolean' },
    counterpartyId: { column: sql`h.counterparty_id`, type: 'uuid', nullable: true },
    contactPersonId: { column: sql`h.contact_person_id`, type: 'uuid', nullable: true },
    createTime: { column: sql`h.created_at`, type: 'time' },
  },
  orders: { createTime: { column: sql`h.created_at`, type: 'timestamptz' } },
  defaultOrder: 'createTime desc',
})

export const legalHoldList = listAt(new Date(0))

export async function listHolds(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(listAt(asker.now), request, asker)
  const found = await listRows<Row & { page_key: string }>(
    pool,
    request,
    sql`select ${columns(asker.caller, asker.now)}, ${page.pageKey} as page_key from legal_hold h
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  const { rows, nextPageToken } = page.finish(found)
  return { legalHolds: rows.map(fromRow), nextPageToken }
}

type Holding = { id: string; subject: Subject; place: Place; reason: string; until: Date | undefined; actor: string }

/** Under the lock of the record: who erases it at the same time waits, or is waited for. */
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

/** Holds that keep somebody: on them, on one that was merged into them, or on an organisation where they are. */
const keeps = (parties: Sql, persons: Sql): Sql => sql`(h.counterparty_id = any(${parties}) or h.contact_person_id = any(${persons})
  or h.counterparty_id in (select w.counterparty_id from position w where w.person_id = any(${persons})))`

export async function holdsOn(db: Db, caller: Caller, { counterpartyIds, contactPersonIds }: Subject, now: Date): Promise<LegalHold[]> {
  const rows = await many<Row>(
    db,
    sql`select ${columns(caller, now)} from legal_hold h where ${holds(now)} and ${keeps(sql`${counterpartyIds}::uuid[]`, sql`${contactPersonIds}::uuid[]`)} order by h.created_at, h.id`,
  )
  return rows.map(fromRow)
}

/** As a condition on one counterparty: a merged one keeps the one that it went into. */
export const heldCounterparty = (id: Sql, now: Date): Sql => sql`exists (select from legal_hold h where ${holds(now)}
  and (h.counterparty_id = ${id} or h.counterparty_id in (select a.merged_id from party_alias a where a.survivor_id = ${id})))`
