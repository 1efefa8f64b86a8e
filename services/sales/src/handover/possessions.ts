import { appendOutbox } from '@vitrylo/events'
import { many, sql, type Sql } from '@vitrylo/pg'
import { OpportunityChangedEvent } from '@vitrylo/proto/events.ts'
import { countOf, remembered, sharesPossession, type Possession } from '@vitrylo/service'
import { columns, eventOf, fromRow, updateOpportunity, type OpportunityRow } from '../opportunity/opportunity-sql.ts'

// What is won or lost stays theirs: it is history.
const open = (employeeId: string): Sql => sql`o.owner_id = ${employeeId}::uuid and o.state = 'open'`

/** What of this service employees have. */
export const possessions: readonly Possession[] = [
  {
    kind: 'opportunities',
    count: (db, employeeId, among) => countOf(db, sql`opportunity o where ${open(employeeId)} and ${among(sql`o.id`)}`),
    async move(tx, { fromId, toId, caller, most, now, among }) {
      // An opportunity has an owner always.
      if (toId === undefined) return 0
      const rows = await many<OpportunityRow>(tx, sql`select ${columns} from opportunity o where ${open(fromId)} and ${among(sql`o.id`)} order by o.id limit ${most} for update of o`)
      const told = []
      for (const current of rows.map((row) => remembered(fromRow(row)))) {
        const saved = await updateOpportunity(tx, { ...current, ownerId: toId }, now)
        told.push(eventOf({ type: OpportunityChangedEvent, more: { changedFields: ['ownerId'] } }, saved, caller.employeeId))
      }
      await appendOutbox(tx, told)
      return rows.length
    },
  },
  sharesPossession('opportunity-shares', 'opportunities'),
]
