import type { RightsStore } from '@vitrylo/auth'
import { pruneInbox } from '@vitrylo/events'
import type { Pool } from '@vitrylo/pg'
import { carryOutDue, pruneIdempotency, type Sweep } from '@vitrylo/service'
import { pruneLiveEvents } from './live/live-event-sql.ts'
import { RETENTION_MS } from './live/live-handlers.ts'
import { pruneBulkReads } from './reads/bulk-read-sql.ts'
import { retained } from './retention/resources.ts'
import { clientsOf } from './sessions/integration-use-sql.ts'
import { pruneJournal } from './sign-in/journal-sql.ts'
import type { Sessions } from './sign-in/sessions.ts'
import { pruneTokens } from './sign-in/token-sql.ts'

type Deps = {
  pool: Pool
  sessions: Sessions
  rights: RightsStore
  now(): number
  journalMs: number
  /** Tells of bulk reads that the bus did not take. */
  tellAgain(): Promise<void>
  /** Something was told: the relay may go. */
  committed(): void
}

const PRUNE_MS = 600_000
const TOKENS_MS = 30 * 86_400_000

/** Takes away what is too old to be of use; notes in the journal which sessions have ended by themselves. */
export function gatewaySweep({ pool, sessions, rights, now, journalMs, tellAgain, committed }: Deps): Sweep {
  const ago = (ms: number) => new Date(now() - ms)
  const name = () => sessions.name()
  return {
    name: 'pruning',
    everyMs: PRUNE_MS,
    // What a release left that did not note whose a session is: it must be found when all of somebody end.
    first: name,
    async each(ending) {
      await sessions.prune()
      await name()
      await Promise.all([
        pruneLiveEvents(pool, ago(RETENTION_MS)), pruneInbox(pool, ago(0), ending), pruneJournal(pool, ago(journalMs)), pruneTokens(pool, ago(TOKENS_MS), clientsOf(rights.data())), pruneIdempotency(pool),
        pruneBulkReads(pool, ago(journalMs)), tellAgain(),
      ])
      await carryOutDue({ pool, rights, now: () => new Date(now()), committed }, retained)
    },
  }
}
