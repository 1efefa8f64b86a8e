import type { Claims } from '@vitrylo/auth'
import { exec, one, sql, type Pool } from '@vitrylo/pg'
import type { Use } from './session-sql.ts'

/** What was ruled about the tokens that a client has for a user. */
export type Ruling = { blocked: boolean; /** Those issued until then are refused. */ cutAt: Date | null }

export async function rulingOf(pool: Pool, { subject, client }: Claims, employeeId: string | undefined): Promise<Ruling> {
  const row = await one<Ruling>(
    pool,
    sql`select coalesce(t.blocked, false) as blocked, greatest(t.cut_at, c.cut_at) as "cutAt"
        from (select 1) as always
        left join token_use t on t.subject = ${subject} and t.client = ${client}
        left join token_cut c on c.employee_id = ${employeeId ?? null}::uuid`,
  )
  return row!
}

export async function touchToken(pool: Pool, { subject, client }: Claims, { username, employeeId, address, agent }: Use, now: Date): Promise<void> {
  await exec(
    pool,
    sql`insert into token_use (subject, client, username, employee_id, address, agent, first_at, used_at)
        values (${subject}, ${client}, ${username}, ${employeeId ?? null}, ${address}, ${agent}, ${now}, ${now})
        on conflict (subject, client) do update set username = excluded.username, employee_id = excluded.employee_id,
          address = excluded.address, agent = excluded.agent, used_at = greatest(token_use.used_at, excluded.used_at)`,
  )
}

/** `kept`: clients whose last use is of interest however long ago it was. A cut must outlive the tokens that it refuses: no issuer gives an access token for as long as that. */
export async function pruneTokens(pool: Pool, before: Date, kept: readonly string[]): Promise<void> {
  await exec(pool, sql`delete from token_use where used_at < ${before} and not blocked and (cut_at is null or cut_at < ${before})
        and client <> all(${kept}::text[])`)
  await exec(pool, sql`delete from token_cut where cut_at < ${before}`)
}
