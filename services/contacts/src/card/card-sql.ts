import { scopeOf, type Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { one, sql, type Db, type Sql } from '@vitrylo/pg'
import type { CounterpartyCard, RelatedRecord, RelatedTotal } from '@vitrylo/proto/vitrylo/contacts/v1/card.ts'
import type { Money } from '@vitrylo/proto/vitrylo/types/v1/money.ts'
import { fromPersonRow, personColumns, places, type PersonRow } from '../contact-person/contact-person-row.ts'
import { livingId } from '@vitrylo/service'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { scope } from '../counterparty/counterparty-sql.ts'
import { fromInteractionRow, interactionColumns, type InteractionRow } from '../interaction/interaction-row.ts'
import { interactionScope } from '../interaction/interaction-sql.ts'
import { entryColumns, entryScope, OWN_SECTIONS, SECTIONS, timelinePage, toEntry, type EntryRow } from '../timeline/timeline-sql.ts'

const PERSONS = 50
const RECORDS = 20
const ENTRIES = 30
const PLANNED = 10

type RecordRow = Omit<RelatedRecord, 'amount' | 'dueTime' | 'updateTime'> & {
  amount: string | null
  currency: string | null
  due_at: string | null
  updated_at: string
}
type CardRow = CounterpartyRow & {
  persons: PersonRow[] | null
  records: RecordRow[] | null
  totals: (RelatedTotal & { open_amounts: Money[] | null })[] | null
  entries: (EntryRow & { page_key: string })[] | null
  planned: InteractionRow[] | null
}

/** Everything on one screen in one statement: one plan, one round trip, one state of the database. */
export async function getCard(db: Db, caller: Caller, id: string): Promise<CounterpartyCard> {
  const page = timelinePage({ counterpartyId: id, sections: [], fromTime: undefined, toTime: undefined, kinds: [], actorIds: [] }, ENTRIES)
  const row = await one<CardRow>(
    db,
    sql`select ${columns}, persons.list as persons, records.list as records, totals.list as totals, entries.list as entries, planned.list as planned
        from counterparty c
        left join lateral (select json_agg(x) as list from (${personsOf(caller)}) x) persons on true
        left join lateral (select json_agg(x) as list from (${sql.join(SHOWN.map((section) => recordsOf(caller, section)), ' union all ')}) x)
          records on true
        left join lateral (select json_agg(x) as list from (${totalsOf(caller)}) x) totals on true
        left join lateral (select json_agg(x) as list from (
          select ${entryColumns(caller)}, ${page.pageKey} as page_key from timeline t
          where t.counterparty_id = c.id and ${entryScope(caller)} order by ${page.orderBy} limit ${page.limit}) x) entries on true
        left join lateral (select json_agg(x) as list from (${plannedOf(caller)}) x) planned on true
        where c.id = ${livingId(id)} and ${scope(caller, 'view')}`,
  )
  if (row === undefined) throw notFound('counterparty', id)
  const { rows, nextPageToken } = page.finish(row.entries ?? [])
  return {
    counterparty: fromRow(row),
    contactPersons: (row.persons ?? []).map(fromPersonRow),
    records: (row.records ?? []).map(toRelated),
    totals: (row.totals ?? []).map(({ section, openCount, count, open_amounts }) => ({ section, openCount, count, openAmounts: open_amounts ?? [] })),
    timeline: rows.map(toEntry),
    timelineNextPageToken: nextPageToken,
    planned: (row.planned ?? []).map(fromInteractionRow),
  }
}

const SHOWN = SECTIONS.filter((section) => !(OWN_SECTIONS as readonly string[]).includes(section))

const recordScope = (caller: Caller, section: string): Sql =>
  sql`(r.section = ${section} and ${scopeOf(caller, section, 'view', { branch: sql`r.branch_id`, owner: sql`r.owner_id`, record: sql`r.id` })})`

const personsOf = (caller: Caller): Sql =>
  sql`select ${personColumns} from position m join contact_person p on p.id = m.person_id ${places(caller, 'view')}
      where m.counterparty_id = c.id and o.positions is not null
        and ${scopeOf(caller, 'contact-persons', 'view', { branch: sql`c.branch_id`, owner: sql`c.responsible_id` })}
      order by p.display_name, p.id limit ${PERSONS}`

const plannedOf = (caller: Caller): Sql =>
  sql`select ${interactionColumns} from interaction_party k join interaction i on i.id = k.interaction_id
      where k.counterparty_id = c.id and k.state = 'planned' and ${interactionScope(caller, 'view')}
      order by i.starts_at, i.id limit ${PLANNED}`

const recordsOf = (caller: Caller, section: string): Sql =>
  sql`(select r.section, r.id, r.title, r.state, r.stage, r.open, r.amount::text, r.currency, coalesce(r.owner_id::text, '') as "ownerId", r.due_at,
        r.updated_at, r.number
      from related_record r where r.counterparty_id = c.id and ${recordScope(caller, section)}
      order by r.open desc, r.updated_at desc, r.id limit ${RECORDS})`

const totalsOf = (caller: Caller): Sql =>
  sql`select s.section, sum(s.open_count)::int as "openCount", sum(s.count)::int as count,
        json_agg(json_build_object('amount', s.open_amount::text, 'currency', s.currency) order by s.currency)
          filter (where s.open_amount is not null) as open_amounts
      from (select r.section, r.currency, count(*) filter (where r.open) as open_count, count(*) as count,
              sum(r.amount) filter (where r.open) as open_amount
            from related_record r
            where r.counterparty_id = c.id and (${sql.join(SHOWN.map((section) => recordScope(caller, section)), ' or ')})
            group by r.section, r.currency) s
      group by s.section order by s.section`

const toRelated = ({ amount, currency, due_at, updated_at, ...record }: RecordRow): RelatedRecord => ({
  ...record,
  amount: amount === null || currency === null ? undefined : { amount, currency },
  dueTime: due_at === null ? undefined : new Date(due_at),
  updateTime: new Date(updated_at),
})
