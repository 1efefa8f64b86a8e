import type { RightsStore } from '@vitrylo/auth'
import { pruneInbox } from '@vitrylo/events'
import type { Pool } from '@vitrylo/pg'
import { pruneIdempotency, type Stop } from '@vitrylo/service'
import type { Logger } from 'pino'
import { pruneLiveEvents } from './live/live-event-sql.ts'
import { RETENTION_MS } from './live/live-handlers.ts'
import { pruneBulkReads } from './reads/bulk-read-sql.ts'
import { clientsOf } from './sessions/integration-use-sql.ts'
import { pruneJournal } from './sign-in/journal-sql.ts'
import type { Sessions } from './sign-in/sessions.ts'
import { pruneTokens } from './sign-in/token-sql.ts'

type Deps = {
  pool: Pool
  sessions: Sessions
  rights: RightsStore
  log: Logger
  now(): number
  journalMs: number
  /** Tells of bulk reads that the bus did not take. */
  tellAgain(): Promise<void>
}

const PRUNE_MS = 600_000
const TOKENS_MS = 30 * 86_400_000

/** Takes away what is too old to be of use; notes in the journal which sessions have ended by themselves. */
export function startPruning({ pool, sessions, rights, log, now, journalMs, tellAgain }: Deps): Stop {
  const ago = (ms: number) => new Date(now() - ms)
  const prune = async () => {
    await sessions.prune()
    await Promise.all([
      pruneLiveEvents(pool, ago(RETENTION_MS)), pruneInbox(pool, ago(0)), pruneJournal(pool, ago(journalMs)), pruneTokens(pool, ago(TOKENS_MS), clientsOf(rights.data())), pruneIdempotency(pool),
      pruneBulkReads(pool, ago(journalMs)), tellAgain(),
    ])
  }
  const timer = setInterval(() => void prune().catch((err: unknown) => log.warn({ err }, 'pruning failed, will try again')), PRUNE_MS)
  timer.unref()
  return async () => clearInterval(timer)
}
