import { networkOf } from '@vitrylo/auth/network-of.ts'
import { exec, many, sql } from '@vitrylo/pg'
import type { Pool, Tx } from '@vitrylo/pg'
import type { Logger } from './log.ts'
import type { Tokens } from './tokens.ts'

export type Refused = {
  reason: 'WRONG_PASSWORD' | 'UNKNOWN_NAME' | 'ACCOUNT_DISABLED' | 'ACCOUNT_LOCKED' | 'TOO_MANY_TRIES' | 'LINK_REFUSED' | 'CLIENT_SECRET_WRONG' | 'CLIENT_UNKNOWN' | 'CLIENT_ENDED'
  address: string
  agent: string
  /** Only of a real account: into the field of the name people also type passwords. */
  username?: string | undefined
  clientId?: string | undefined
  /** From here on the account takes no more guesses from this address for a while. */
  locked?: boolean
}

export type Refusals = { note(refused: Refused): Promise<void>; stop(): Promise<void> }

type Options = { pool: Pool; tokens: Tokens; url: string; log: Logger; /** How often the gateway is told. */ everyMs?: number }

/** So many of one address, or one IPv6 network, are noted in a minute; the rest are counted. What locks an account is always noted, and never among the rest. */
export const NOTED_A_MINUTE = 30
const AT_ONCE = 50
const ANSWER_MS = 5_000
const MAX_AGENT = 200

/**
 * Tells the gateway's journal of refused sign-ins. They wait in a table, so that neither a kill nor a gateway that is away
 * loses one, and the answer to the browser waits for no journal.
 */
export function startRefusals({ pool, tokens, url, log, everyMs = 1_000 }: Options): Refusals {
  let running: Promise<void> | undefined
  let pauseUntil = 0
  let failures = 0

  async function tell(): Promise<void> {
    try {
      await closeMinutes(pool)
      let isMore = true
      while (isMore) {
        isMore = await tellSome(pool, tokens, url)
        failures = 0
      }
    } catch (error) {
      pauseUntil = Date.now() + Math.min(60, 2 ** failures++) * 1_000
      log.warn({ err: error }, 'the journal could not be told of refused sign-ins; they are kept for a day')
    }
  }

  const timer = setInterval(() => {
    if (Date.now() >= pauseUntil) running ??= tell().finally(() => (running = undefined))
  }, everyMs)
  return {
    // Who is refused hears so also while this cannot be noted.
    note: (refused) => save(pool, refused).catch((err) => log.warn({ err }, 'a refused sign-in could not be noted')),
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}

type Changed = { address: string; agent: string; username: string }

/** Told like a refusal, in the transaction that sets the password; it is none and counts among none. */
export async function notePasswordChange(tx: Tx, { address, agent, username }: Changed): Promise<void> {
  await exec(tx, sql`insert into refusals (reason, address, agent, username) values ('PASSWORD_CHANGED', ${address}, ${cleaned(agent)}, ${username})`)
}

const cleaned = (agent: string): string => agent.replaceAll('\0', '').slice(0, MAX_AGENT)

async function save(pool: Pool, { reason, address, agent, username = '', clientId = '', locked = false }: Refused): Promise<void> {
  await exec(
    pool,
    sql`with counted as (
          insert into refusal_minutes as m (address, minute, refused) values (${networkOf(address)}, date_trunc('minute', now()), 1)
          on conflict (address, minute) do update set refused = m.refused + case when ${locked}::boolean and m.refused >= ${NOTED_A_MINUTE}::int then 0 else 1 end returning refused
        )
        insert into refusals (reason, address, agent, username, client_id, locked)
        select ${reason}, ${address}, ${cleaned(agent)}, ${username}, ${clientId}, ${locked}::boolean
        from counted where refused <= ${NOTED_A_MINUTE}::int or ${locked}::boolean`,
  )
}

/** Of minutes that are over: how many more there were than were noted. */
async function closeMinutes(pool: Pool): Promise<void> {
  await exec(
    pool,
    sql`with over as (delete from refusal_minutes where minute < date_trunc('minute', now()) returning address, minute, refused)
        insert into refusals (at, reason, address, count)
        select minute + interval '1 minute', 'MORE_REFUSED', address, refused - ${NOTED_A_MINUTE}::int from over where refused > ${NOTED_A_MINUTE}::int`,
  )
}

type Row = { id: string; at: Date; reason: string; address: string; agent: string; username: string; clientId: string; locked: boolean; count: number }

/** False when nothing was left. Told twice after a kill between the two: the journal knows each by its id. */
async function tellSome(pool: Pool, tokens: Tokens, url: string): Promise<boolean> {
  const rows = await many<Row>(
    pool,
    sql`select id, at, reason, address, agent, username, client_id as "clientId", locked, count from refusals order by at, id limit ${AT_ONCE}`,
  )
  if (rows.length === 0) return false
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/secevent+jwt', accept: 'application/json' },
    body: await tokens.securityEvent(rows),
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`the gateway answered ${answer.status}`)
  await exec(pool, sql`delete from refusals where id = any(${rows.map(({ id }) => id)}::uuid[])`)
  return rows.length === AT_ONCE
}

/** A change of a password waits until the journal has it, however long that takes. */
export async function deleteOldRefusals(pool: Pool): Promise<void> {
  await exec(pool, sql`delete from refusals where at < now() - interval '1 day' and reason <> 'PASSWORD_CHANGED'`)
}
