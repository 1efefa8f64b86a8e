import { exec, sql, type Db, type Sql } from '@vitrylo/pg'
import type { From } from './from.ts'

/** How a session can end, in the words of the contract. */
export type Ending = 'signed-out' | 'ended' | 'ended-by-issuer' | 'expired'

/** Who ended or blocked it. */
export type By = { employeeId: string | undefined; username: string }

type Ended = { kind: Ending; at: Sql; by?: By; /** From when on the issuer is told, which does not know yet. */ tellAt?: Sql }

/** Removes sessions (`s`), tells the journal of each, and gives them. */
export function endingOf(whose: Sql, { kind, at, by, tellAt }: Ended): Sql {
  const queued = sql`, queued as (insert into grant_to_end (id_hash, grant_sealed, next_at)
    select id_hash, grant_sealed, ${tellAt} from gone on conflict do nothing)`
  return sql`
    with gone as (delete from session s where ${whose} returning s.*),
    noted as (
      insert into sign_in_entry (at, kind, subject, username, employee_id, session_id, address, agent, by_id, by_username)
      select ${at}, ${kind}, subject, username, employee_id, id, address, agent, ${by?.employeeId ?? null}::uuid, ${by?.username ?? ''} from gone
    )${tellAt === undefined ? sql.empty : queued}
    select id_hash as "idHash", grant_sealed as sealed from gone`
}

type Refusal = From & { at: Date; reason: string; subject?: string; username?: string; employeeId?: string | undefined }

export async function noteRefusal(db: Db, { at, reason, address, agent, subject = '', username = '', employeeId }: Refusal): Promise<void> {
  await exec(
    db,
    sql`insert into sign_in_entry (at, kind, subject, username, employee_id, address, agent, reason)
        values (${at}, 'refused', ${subject}, ${username}, ${employeeId ?? null}, ${address}, ${agent}, ${reason})`,
  )
}

export async function pruneJournal(db: Db, before: Date): Promise<void> {
  await exec(db, sql`delete from sign_in_entry where at < ${before}`)
}
