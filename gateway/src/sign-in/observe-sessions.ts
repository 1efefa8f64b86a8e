import type { Pool } from '@vitrylo/pg'
import { gauge, observe } from '@vitrylo/telemetry'
import { countSessions } from './session-sql.ts'

const SESSIONS = gauge('vitrylo_sessions', 'Sessions of browsers that are signed in; every replica tells the same number')

export function observeSessions({ pool, now, idleMs }: { pool: Pool; now: () => number; idleMs: number }): () => void {
  return observe([SESSIONS], async () => [[SESSIONS, await countSessions(pool, new Date(now()), new Date(now() - idleMs))]])
}
