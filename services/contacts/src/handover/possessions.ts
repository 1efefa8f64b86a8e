import { many, sql, type Sql } from '@vitrylo/pg'
import { countOf, remembered, sharesPossession, type HandoverStep, type Possession } from '@vitrylo/service'
import type { Tx } from '@vitrylo/pg'
import { columns, fromRow, type CounterpartyRow } from '../counterparty/counterparty-row.ts'
import { updateCounterparties, type Change } from '../counterparty/counterparty-sql.ts'
import { fromInteractionRow, interactionColumns, type InteractionRow } from '../interaction/interaction-row.ts'
import { updateInteraction } from '../interaction/interaction-sql.ts'

const owned = (employeeId: string): Sql => sql`c.responsible_id = ${employeeId}::uuid and c.deleted_at is null`
const cared = (employeeId: string): Sql => sql`c.caretakers <> '[]' and c.caretakers @> ${JSON.stringify([{ employeeId }])}::jsonb and c.deleted_at is null`
// What was held stays theirs: it is history.
const planned = (employeeId: string): Sql => sql`i.owner_id = ${employeeId}::uuid and i.state = 'planned'`

/** What of this service employees have. */
export const possessions: readonly Possession[] = [
  {
    kind: 'counterparties',
    count: (db, employeeId, among) => countOf(db, sql`counterparty c where ${owned(employeeId)} and ${among(sql`c.id`)}`),
    move: (tx, step) => moveCounterparties(tx, step, owned(step.fromId), (next) => ({ next: { ...next, responsibleId: step.toId }, changed: ['responsibleId'] })),
  },
  {
    kind: 'caretakers',
    count: (db, employeeId, among) => countOf(db, sql`counterparty c where ${cared(employeeId)} and ${among(sql`c.id`)}`),
    move: (tx, step) =>
      moveCounterparties(tx, step, cared(step.fromId), (next) => ({
        next: { ...next, caretakers: next.caretakers.flatMap((one) => (one.employeeId !== step.fromId ? one : step.toId === undefined ? [] : { ...one, employeeId: step.toId })) },
        changed: ['caretakers'],
      })),
  },
  {
    kind: 'interactions',
    count: (db, employeeId, among) => countOf(db, sql`interaction i where ${planned(employeeId)} and ${among(sql`i.id`)}`),
    async move(tx, { fromId, toId, caller, most, now, among }) {
      const rows = await many<InteractionRow>(
        tx,
        sql`select ${interactionColumns} from interaction i where ${planned(fromId)} and ${among(sql`i.id`)} order by i.starts_at, i.id limit ${most} for update`,
      )
      for (const before of rows.map((row) => remembered(fromInteractionRow(row)))) await updateInteraction(tx, before, { ...before, ownerId: toId }, ['ownerId'], caller, now)
      return rows.length
    },
  },
  sharesPossession('counterparty-shares', 'counterparties'),
]

async function moveCounterparties(tx: Tx, { caller, most, now, among }: HandoverStep, which: Sql, change: (c: Change['next']) => Change): Promise<number> {
  const rows = await many<CounterpartyRow>(tx, sql`select ${columns} from counterparty c where ${which} and ${among(sql`c.id`)} order by c.updated_at, c.id limit ${most} for update`)
  await updateCounterparties(tx, rows.map((row) => change(remembered(fromRow(row)))), caller, now)
  return rows.length
}
