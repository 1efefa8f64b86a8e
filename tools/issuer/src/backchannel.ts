import { exec, many, sql } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import type { Logger } from './log.ts'
import type { Tokens } from './tokens.ts'

type Due = { id: number; client_id: string; account_id: string; sid: string; attempts: number }

const POLL_MS = 1_000
const ANSWER_MS = 5_000

type Options = { pool: Pool; tokens: Tokens; url: string; log: Logger }
export type Backchannel = { kick(): void; stop(): Promise<void> }

/**
 * Tells clients about ended sessions. They wait in a table that is written together with the end of the session, so
 * neither a crash nor a client that is away loses one; after a day the client's own session is over anyway.
 */
export function startBackchannel({ pool, tokens, url, log }: Options): Backchannel {
  let running: Promise<void> | undefined
  let again = false
  let stopped = false

  const kick = (): void => {
    if (stopped) return
    if (running) again = true
    else running = drain().finally(() => {
      running = undefined
      if (again) kick()
    })
  }

  async function drain(): Promise<void> {
    again = false
    try {
      await exec(pool, sql`delete from backchannel_logouts where created_at < now() - interval '1 day'`)
      const due = await many<Due>(
        pool,
        sql`select id, client_id, account_id, sid, attempts from backchannel_logouts
            where next_at <= now() order by id limit 50`,
      )
      await Promise.all(due.map(deliver))
    } catch (error) {
      log.warn({ err: error }, 'sign-outs could not be read; they are kept')
    }
  }

  async function deliver({ id, client_id, account_id, sid, attempts }: Due): Promise<void> {
    try {
      await post(url, await tokens.logoutToken({ clientId: client_id, sub: account_id, sid }))
      await exec(pool, sql`delete from backchannel_logouts where id = ${id}`)
    } catch (error) {
      log.warn({ err: error, attempts, clientId: client_id }, 'a client could not be told about a sign-out; trying again')
      const wait = Math.min(60, 2 ** attempts)
      await exec(
        pool,
        sql`update backchannel_logouts set attempts = attempts + 1, next_at = now() + make_interval(secs => ${wait})
            where id = ${id}`,
      )
    }
  }

  const timer = setInterval(kick, POLL_MS)
  return {
    kick,
    async stop() {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}

async function post(url: string, logoutToken: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ logout_token: logoutToken }),
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`the client answered ${answer.status}`)
}
