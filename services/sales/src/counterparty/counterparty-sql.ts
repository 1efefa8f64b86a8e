import { newest, type Received } from '@vitrylo/events'
import { exec, isUuid, many, one, sql, type Db, type Tx } from '@vitrylo/pg'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { livingId, type CounterpartyState } from '@vitrylo/service'

/** What opportunities need to know of a client. */
export type Client = {
  id: string
  name: string
  externalId: string
  responsibleId: string | undefined
  branchId: string | undefined
  deleted: boolean
}

type Row = { id: string; name: string; external_id: string; responsible_id: string | null; branch_id: string | null; deleted: boolean }

const columns = sql`c.id, c.name, c.external_id, c.responsible_id, c.branch_id, c.deleted`

const fromRow = (row: Row): Client => ({
  id: row.id,
  name: row.name,
  externalId: row.external_id,
  responsibleId: row.responsible_id ?? undefined,
  branchId: row.branch_id ?? undefined,
  deleted: row.deleted,
})

export async function findClient(db: Db, id: string): Promise<Client | undefined> {
  const row = await one<Row>(db, sql`select ${columns} from counterparty c where c.id = ${livingId(id)}`)
  return row && fromRow(row)
}

/** The same, that is not erased before the end of the transaction. */
export async function holdClient(tx: Tx, id: string): Promise<Client | undefined> {
  const row = await one<Row>(tx, sql`select ${columns} from counterparty c where c.id = ${livingId(id)} for share`)
  return row && fromRow(row)
}

/** Living clients that one of the texts names, by id, by external id or by name, whatever its case; none of them is erased before the end of the transaction. */
export async function clientsNamed(tx: Tx, texts: readonly string[]): Promise<Client[]> {
  // A lock cannot stand on a union. Whether one still lives is judged anew after a wait for its lock.
  const rows = await many<Row>(
    tx,
    sql`select ${columns} from counterparty c
        join (
          select id from counterparty where external_id = any(${texts}::text[]) and external_id <> ''
          union
          select id from counterparty where lower(name) = any(${texts.map((text) => text.toLowerCase())}::text[])
          union
          select id from counterparty where id = any(${texts.filter(isUuid)}::uuid[])
        ) named on named.id = c.id
        where not c.deleted order by c.id for share of c`,
  )
  return rows.map(fromRow)
}

/** Events may come late or twice: an older revision changes nothing. */
export const saveClients = (tx: Tx, received: readonly Received<{ counterparty?: Counterparty }>[]): Promise<void> =>
  saveStates(tx, newest(received).map(({ message, event }) => ({ counterparty: message.counterparty!, revision: event.revision })))

export async function saveStates(tx: Tx, states: readonly CounterpartyState[]): Promise<void> {
  const column = <V>(value: (c: Counterparty) => V) => states.map(({ counterparty }) => value(counterparty))
  await exec(
    tx,
    sql`insert into counterparty (id, name, external_id, responsible_id, branch_id, deleted, revision)
        select * from unnest(
          ${column((c) => c.id)}::uuid[], ${column((c) => c.displayName)}::text[], ${column((c) => c.externalId)}::text[],
          ${column((c) => c.responsibleId ?? null)}::uuid[], ${column((c) => c.branchId ?? null)}::uuid[],
          ${column((c) => c.deleteTime !== undefined)}::boolean[], ${states.map(({ revision }) => revision)}::bigint[])
        on conflict (id) do update set name = excluded.name, external_id = excluded.external_id,
          responsible_id = excluded.responsible_id, branch_id = excluded.branch_id, deleted = excluded.deleted,
          revision = excluded.revision
        where counterparty.revision < excluded.revision`,
  )
}

export async function clearClients(tx: Tx): Promise<void> {
  await exec(tx, sql`delete from counterparty`)
}
