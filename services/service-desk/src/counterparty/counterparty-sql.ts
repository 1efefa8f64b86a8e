import { newest, type Received } from '@vitrylo/events'
import { exec, one, sql, type Db, type Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { livingId, type CounterpartyState } from '@vitrylo/service'

/** What requests need to know of a client. */
export type Client = { id: string; name: string; responsibleId: string | undefined; branchId: string | undefined; deleted: boolean }

type Row = { id: string; name: string; responsible_id: string | null; branch_id: string | null; deleted: boolean }

const byId = (id: string) => sql`select c.id, c.name, c.responsible_id, c.branch_id, c.deleted from counterparty c where c.id = ${livingId(id)}`

const fromRow = (id: string, row: Row | undefined): Client | undefined =>
  row && { id, name: row.name, responsibleId: row.responsible_id ?? undefined, branchId: row.branch_id ?? undefined, deleted: row.deleted }

export const findClient = async (db: Db, id: string): Promise<Client | undefined> => fromRow(id, await one<Row>(db, byId(id)))

/** The same, that is not erased before the end of the transaction. */
export const holdClient = async (tx: Tx, id: string): Promise<Client | undefined> => fromRow(id, await one<Row>(tx, sql`${byId(id)} for share`))

/** Events may come late or twice: an older revision changes nothing. */
export const saveClients = (tx: Tx, received: readonly Received<{ counterparty?: Counterparty }>[]): Promise<void> =>
  saveStates(tx, newest(received).map(({ message, event }) => ({ counterparty: message.counterparty!, revision: event.revision })))

export async function saveStates(tx: Tx, states: readonly CounterpartyState[]): Promise<void> {
  const column = <V>(value: (c: Counterparty) => V) => states.map(({ counterparty }) => value(counterparty))
  await exec(
    tx,
    sql`insert into counterparty (id, name, responsible_id, branch_id, deleted, revision)
        select * from unnest(
          ${column((c) => c.id)}::uuid[], ${column((c) => c.displayName)}::text[], ${column((c) => c.responsibleId ?? null)}::uuid[],
          ${column((c) => c.branchId ?? null)}::uuid[], ${column((c) => c.deleteTime !== undefined)}::boolean[],
          ${states.map(({ revision }) => revision)}::bigint[])
        on conflict (id) do update set name = excluded.name, responsible_id = excluded.responsible_id,
          branch_id = excluded.branch_id, deleted = excluded.deleted, revision = excluded.revision
        where counterparty.revision < excluded.revision`,
  )
}

export async function clearClients(tx: Tx): Promise<void> {
  await exec(tx, sql`delete from counterparty`)
}
