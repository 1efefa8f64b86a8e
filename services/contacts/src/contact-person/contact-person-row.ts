import { scopeOf, type Caller } from '@vitrylo/auth'
import { sql, type Sql } from '@vitrylo/pg'
import { DecisionRole, type ContactPerson, type Position } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'
import { channelsFrom, channelsTo, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { searchOfPerson } from '../search/search-text.ts'

export type StoredPosition = { counterpartyId: string; title: string; decisionRole: string }

export type PersonRow = {
  id: string
  display_name: string
  channels: CounterpartyRow['channels']
  birthday: string | null
  note: string
  external_id: string
  custom: Record<string, unknown>
  revision: number
  created_at: Date | string
  updated_at: Date | string
  positions: StoredPosition[]
  branch_id: string | null
  responsible_id: string | null
}

export const personColumns = sql`p.id, p.display_name, p.channels, p.birthday, p.note, p.external_id, p.custom, p.revision, p.created_at,
  p.updated_at, o.positions, o.branch_id, o.responsible_id`

const positionJson = sql`json_build_object('counterpartyId', o.counterparty_id, 'title', o.title, 'decisionRole', o.decision_role)`

/** Contact persons have no rights of their own: who may reach one of their organisations reaches them, and sees that place. */
export const places = (caller: Caller, ...actions: readonly string[]): Sql =>
  placesWhere(sql.join(actions.map((action) => scopeOf(caller, 'contact-persons', action, { branch: sql`c.branch_id`, owner: sql`c.responsible_id` })), ' and '))

const placesWhere = (condition: Sql): Sql =>
  sql`cross join lateral (
      select json_agg(${positionJson} order by o.ordinal) as positions,
        (array_agg(c.branch_id order by o.ordinal))[1] as branch_id, (array_agg(c.responsible_id order by o.ordinal))[1] as responsible_id
      from position o join counterparty c on c.id = o.counterparty_id
      where o.person_id = p.id
        and ${condition}) o`

/** For what is done for no caller: every place. */
export const everyPlace = placesWhere(sql`true`)

export const allPositions = sql`(select json_agg(${positionJson} order by o.ordinal) from position o where o.person_id = p.id)`

export const positionsFrom = (positions: readonly StoredPosition[]): Position[] =>
  positions.map((position) => ({ ...position, decisionRole: fromWord(DecisionRole, position.decisionRole) }))

export const fromPersonRow = (row: PersonRow): ContactPerson => ({
  id: row.id,
  etag: String(row.revision),
  createTime: new Date(row.created_at),
  updateTime: new Date(row.updated_at),
  displayName: row.display_name,
  positions: positionsFrom(row.positions),
  channels: channelsFrom(row.channels),
  birthday: row.birthday ?? '',
  note: row.note,
  branchId: row.branch_id ?? '',
  responsibleId: row.responsible_id ?? '',
  externalId: row.external_id,
  custom: row.custom,
})

export const toPersonRecord = (p: ContactPerson) => ({
  id: p.id,
  display_name: p.displayName,
  channels: channelsTo(p.channels),
  birthday: p.birthday || null,
  note: p.note,
  external_id: p.externalId,
  custom: p.custom ?? {},
  search: searchOfPerson(p),
})

export const toPositionRecords = ({ id, positions }: ContactPerson) =>
  positions.map(({ counterpartyId, title, decisionRole }, ordinal) => ({
    person_id: id, counterparty_id: counterpartyId, ordinal, title, decision_role: wordOf(DecisionRole, decisionRole),
  }))
