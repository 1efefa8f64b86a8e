import { optional, whole, type Env } from '@vitrylo/service'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** When sessions end by themselves, and how long the journal of sign-ins is kept. */
export type Limits = Readonly<{ clientId: string; idleMs: number; absoluteMs: number; journalMs: number }>

/** VITRYLO_GATEWAY_CLIENT_ID, VITRYLO_SESSION_IDLE_MS, VITRYLO_SESSION_ABSOLUTE_MS, VITRYLO_SIGN_IN_JOURNAL_DAYS. */
export const limitsOf = (env: Env): Limits =>
  Object.freeze({
    clientId: optional(env, 'VITRYLO_GATEWAY_CLIENT_ID') ?? 'vitrylo-gateway',
    idleMs: whole(env, 'VITRYLO_SESSION_IDLE_MS', 2 * HOUR_MS),
    absoluteMs: whole(env, 'VITRYLO_SESSION_ABSOLUTE_MS', 12 * HOUR_MS),
    journalMs: whole(env, 'VITRYLO_SIGN_IN_JOURNAL_DAYS', 180) * DAY_MS,
  })
