import type { Caller } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { exec, one, sql, type Tx } from '@vitrylo/pg'
import { explained } from '../constraints.ts'
import { scope } from '../counterparty/counterparty-sql.ts'
import type { Section } from './book-sql.ts'

type Named = { section: Section; id: string; name: string; uid: string }

/**
 * Gives a new card its name. Rows that name nothing the caller's books could hold make room: a card that was removed may be put again.
 * Two programs of one person may not put one card twice.
 */
export async function nameCard(tx: Tx, caller: Caller, { section, id, name, uid }: Named): Promise<void> {
  const { employeeId } = caller
  await exec(
    tx,
    sql`delete from card_name n where n.employee_id = ${employeeId!} and n.kind = ${section} and (n.name = ${name} or n.uid = ${uid})
        and not exists (select 1 from counterparty c where n.kind = 'counterparties' and c.id = n.record_id and c.deleted_at is null and ${scope(caller, 'view')})`,
  )
  const taken = await one<{ name: string }>(tx, sql`select n.name from card_name n where n.employee_id = ${employeeId!} and n.kind = ${section} and n.uid = ${uid} and n.name <> ${name}`)
  if (taken !== undefined) throw new AppError('ALREADY_EXISTS', 'UID_TAKEN', 'a card with this UID is there under another name')
  await explained(exec(tx, sql`insert into card_name (employee_id, kind, record_id, name, uid) values (${employeeId!}, ${section}, ${id}, ${name}, ${uid})`))
}

/** Keeps what a card says beyond our fields; nothing is written where nothing is new. */
export async function keepLines(tx: Tx, section: Section, id: string, uid: string, lines: readonly string[]): Promise<void> {
  await exec(
    tx,
    sql`insert into card_extra as x (kind, record_id, uid, lines, revision) values (${section}, ${id}, ${uid}, ${lines}::text[], 1)
        on conflict (kind, record_id) do update set uid = excluded.uid, lines = excluded.lines, revision = x.revision + 1
        where x.uid <> excluded.uid or x.lines <> excluded.lines`,
  )
}
