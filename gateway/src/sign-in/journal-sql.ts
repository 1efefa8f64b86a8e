import type { RefusedSignIn } from '@vitrylo/auth'
import { appendOutbox } from '@vitrylo/events'
import { exec, many, sql, type Db, type Sql, type Tx } from '@vitrylo/pg'
import { AccountLockedEvent, PasswordChangedEvent } from '@vitrylo/proto/events.ts'
import type { EmployeeOf } from './employee-of.ts'
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

/** The one thing that it tells beside refusals. */
const PASSWORD_CHANGED = 'PASSWORD_CHANGED'

/** What the issuer tells; of a repeat only what is not known yet. The owner of an account that was locked, or has another password, is told. */
export async function noteRefusals(tx: Tx, told: readonly RefusedSignIn[], { employeeOf, now }: { employeeOf: EmployeeOf; now: Date }): Promise<void> {
  // The issuer's clock may be ahead: nothing here happens later than now.
  const rows = told.map((each) => ({ ...each, changed: each.reason === PASSWORD_CHANGED, at: each.at < now ? each.at : now, employeeId: each.username === '' ? undefined : employeeOf(each.username) }))
  const noted = await many<{ id: string }>(
    tx,
    sql`insert into sign_in_entry (id, at, kind, subject, username, employee_id, address, agent, reason, guess, client_id, count)
        select r.id, r.at, case when r.changed then 'password-changed' else 'refused' end, '', r.username, r."employeeId", r.address, r.agent,
          case when r.changed then '' else r.reason end, not r.changed, r."clientId", r.count
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as r (id uuid, at timestamptz, changed boolean, username text, "employeeId" uuid, address text, agent text, reason text, "clientId" text, count int)
        order by r.at, r.id on conflict (id) do nothing returning id`,
  )
  const isNew = new Set(noted.map(({ id }) => id))
  const ofOwners = rows.filter(({ id, locked, changed, employeeId }) => (locked || changed) && employeeId !== undefined && isNew.has(id))
  await appendOutbox(tx, ofOwners.map(({ changed, at, employeeId, address }) => ({
    type: changed ? PasswordChangedEvent : AccountLockedEvent, key: employeeId!, revision: at.getTime(), data: { employeeId: employeeId!, time: at, address }, time: at,
  })))
}

export async function pruneJournal(db: Db, before: Date): Promise<void> {
  await exec(db, sql`delete from sign_in_entry where at < ${before}`)
}
