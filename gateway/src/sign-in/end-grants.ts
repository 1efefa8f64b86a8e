import type { Grants } from '@vitrylo/auth'
import { exec, many, sql, type Pool } from '@vitrylo/pg'
import type { Seal } from '@vitrylo/service'
import type { Logger } from 'pino'
import { openGrant } from './seal.ts'

type Deps = { pool: Pool; grants: Grants; seal: Seal; now(): number; log: Logger }

const POLL_MS = 5_000
const AT_ONCE = 8
const MAX_TRIES = 20

export type GrantEnding = { kick(): void; stop(): Promise<void> }

/**
 * Tells the issuer of sessions that were ended here. The row waits in the table until then, so that neither a kill nor an
 * issuer that is away leaves a session there that would sign the user in again without a question.
 */
export function startGrantEnding(deps: Deps): GrantEnding {
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  const kick = () => {
    again = true
    if (stopped) return
    running ??= work().catch((err: unknown) => deps.log.warn({ err }, 'the issuer could not be told of ended sessions, will try again')).finally(() => (running = undefined))
  }
  async function work(): Promise<void> {
    while (again && !stopped) {
      again = false
      while (!stopped && (await endSome(deps)) === AT_ONCE);
    }
  }
  const timer = setInterval(kick, POLL_MS)
  timer.unref()
  return {
    kick,
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}

/** The issuer knows. */
export async function forgetGrant(pool: Pool, idHash: Buffer): Promise<void> {
  await exec(pool, sql`delete from grant_to_end where id_hash = ${idHash}`)
}

/** Takes some that are due; no other replica takes them meanwhile. Gives how many. */
async function endSome({ pool, grants, seal, now }: Deps): Promise<number> {
  const at = new Date(now())
  const due = await many<{ idHash: Buffer; sealed: Buffer; tries: number }>(
    pool,
    sql`with due as (select id_hash from grant_to_end where next_at <= ${at} order by next_at limit ${AT_ONCE} for update skip locked)
        update grant_to_end g set next_at = ${at}::timestamptz + make_interval(secs => 15 * (g.tries + 1)), tries = g.tries + 1
        from due where g.id_hash = due.id_hash
        returning g.id_hash as "idHash", g.grant_sealed as sealed, g.tries`,
  )
  await Promise.all(
    due.map(async ({ idHash, sealed, tries }) => {
      const grant = openGrant(seal, sealed, idHash)
      const isDone = grant === undefined || (await grants.end(grant)) || tries >= MAX_TRIES
      if (isDone) await forgetGrant(pool, idHash)
    }),
  )
  return due.length
}
