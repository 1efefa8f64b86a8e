import { CLOCK_SKEW_S, type Claims } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { Pool } from '@vitrylo/pg'
import type { Logger } from 'pino'
import type { EmployeeOf } from './employee-of.ts'
import type { From } from './from.ts'
import { noteRefusal } from './journal-sql.ts'
import { rulingOf, touchToken, type Ruling } from './token-sql.ts'

export type Tokens = {
  /** Refuses a token that somebody ended or blocked. A look that is no use of it comes from nowhere. */
  admit(claims: Claims, from?: From): Promise<void>
}

type Deps = { pool: Pool; employeeOf: EmployeeOf; now(): number; log: Logger }

// As long as a session is trusted: what was ended stops working within this time, in every replica.
const TRUSTED_MS = 2_000
// While the database is away what was ruled before goes on, as rights do; but not for long.
const STALE_MS = 60_000
const TOUCH_MS = 60_000
const MAX_KNOWN = 20_000

type Known = { askedAt: number; ruledAt: number; ruling: Ruling | undefined; asking: Promise<void> | undefined; touchedAt: number; toldAt: number }

export function createTokens({ pool, employeeOf, now, log }: Deps): Tokens {
  const known = new Map<string, Known>()

  function recall({ subject, client }: Claims): Known {
    const key = JSON.stringify([subject, client])
    let entry = known.get(key)
    if (entry !== undefined) return entry
    if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value!)
    known.set(key, (entry = { askedAt: -Infinity, ruledAt: -Infinity, ruling: undefined, asking: undefined, touchedAt: -Infinity, toldAt: -Infinity }))
    return entry
  }

  async function ask(entry: Known, claims: Claims): Promise<void> {
    entry.askedAt = now()
    try {
      entry.ruling = await rulingOf(pool, claims, employeeOf(claims.username))
      entry.ruledAt = entry.askedAt
    } catch (err) {
      if (entry.ruling === undefined || entry.ruledAt < now() - STALE_MS) throw err
      log.warn({ err }, 'it cannot be asked whether tokens were ended; what was known goes on')
    } finally {
      entry.asking = undefined
    }
  }

  async function rulingFor(entry: Known, claims: Claims): Promise<Ruling> {
    if (entry.ruling === undefined || entry.askedAt < now() - TRUSTED_MS) await (entry.asking ??= ask(entry, claims))
    return entry.ruling!
  }

  async function touch(entry: Known, claims: Claims, from: From, cutAt: number): Promise<void> {
    if (entry.touchedAt >= now() - TOUCH_MS && entry.touchedAt > cutAt) return
    entry.touchedAt = now()
    const use = { ...from, username: claims.username, employeeId: employeeOf(claims.username) }
    await touchToken(pool, claims, use, new Date(entry.touchedAt)).catch((err: unknown) => log.warn({ err }, 'the use of a token could not be noted'))
  }

  async function refuse(entry: Known, claims: Claims, from: From | undefined): Promise<never> {
    if (from !== undefined && entry.toldAt < now() - TOUCH_MS) {
      entry.toldAt = now()
      const { subject, username } = claims
      await noteRefusal(pool, { ...from, at: new Date(now()), reason: 'TOKEN_ENDED', subject, username, employeeId: employeeOf(username) })
    }
    throw new AppError('UNAUTHENTICATED', 'TOKEN_ENDED', 'an administrator has ended the use of this access token; get a new one')
  }

  return {
    async admit(claims, from) {
      const entry = recall(claims)
      const { blocked, cutAt } = await rulingFor(entry, claims)
      const cut = cutAt?.getTime() ?? -Infinity
      // The issuer's clock may be ahead of the one that made the cut: a token that could be of before it is refused, whatever it says.
      if (blocked || (claims.issuedAt ?? 0) <= cut + CLOCK_SKEW_S * 1_000) return refuse(entry, claims, from)
      if (from !== undefined) await touch(entry, claims, from, cut)
    },
  }
}
