import { nameIn, type Claims, type Grant, type Grants, type Introspect, type LogoutNotice, type Verify } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { inTx, type Pool } from '@vitrylo/pg'
import type { Seal } from '@vitrylo/service'
import type { EmployeeOf } from './employee-of.ts'
import { forgetGrant } from './end-grants.ts'
import type { From } from './from.ts'
import { openGrant, randomToken, sha256 } from './seal.ts'
import {
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertSession,
  linkEmployees,
  lockGrant,
  namelessSessions,
  nameSession,
  pruneSessions,
  saveGrant,
  touchSession,
} from './session-sql.ts'

/** `id` is the cookie's; `publicId` is the one that people may see. */
export type Session = { id: string; publicId: string; token: string; claims: Claims; expiresAt: number }

export type Sessions = {
  /** Begins a session and gives the id for the cookie; an older session of the same browser ends. */
  begin(signedIn: SignedIn): Promise<{ id: string; expiresAt: Date }>
  /**
   * The session behind a cookie, with a token that is good for now; undefined when there is none any more. A look that
   * is no use of the session (an open stream) comes from nowhere and does not keep it from becoming idle.
   */
  find(id: string, from?: From): Promise<Session | undefined>
  /** Ends the session here and at the issuer; false when the issuer did not say that it did: it is told again until it does. */
  end(id: string): Promise<boolean>
  endOf(notice: LogoutNotice): Promise<number>
  prune(): Promise<void>
  /** Notes whose the sessions are of which that is not known. */
  name(): Promise<void>
}

/** `former`: the cookie of an older session of the same browser. */
type SignedIn = { grant: Grant; claims: Claims; former: string | undefined; from: From }

type Deps = {
  pool: Pool
  /** A pool of its own: a refresh holds its connection while the issuer thinks. */
  refreshPool: Pool
  grants: Grants
  verify: Verify
  /** Asked whenever a session is looked up: what the issuer does not tell by itself. */
  introspect: Introspect | undefined
  seal: Seal
  employeeOf: EmployeeOf
  now(): number
  idleMs: number
  absoluteMs: number
}

// An ended session stops working in every replica within this time.
const TRUSTED_MS = 2_000
const TOUCH_MS = 60_000
const ISSUER_PAUSE_MS = 5_000
// So long the one who signs out may wait for the issuer; after that the sweep tells it.
const TELL_AFTER_MS = 15_000
const NAMED_AT_ONCE = 500
const MAX_KNOWN = 20_000

type Known = { session: Session; until: number }
/** A session as it stood at a moment: what the look-up takes is no time in which it may be trusted. */
type Looked = { session: Session; asOf: number }

export function createSessions(deps: Deps): Sessions {
  const { pool, now, seal, grants } = deps
  const known = new Map<string, Known>()
  const looking = new Map<string, Promise<Looked | undefined>>()
  const refresh = createRefresh(deps)
  const idleSince = () => new Date(now() - deps.idleMs)
  const userOf = ({ username }: Claims) => ({ username, employeeId: deps.employeeOf(username) })

  async function load(id: string, from: From | undefined): Promise<Looked | undefined> {
    const idHash = sha256(id)
    const asOf = now()
    const row = await findSession(pool, idHash, new Date(now()), idleSince())
    if (row === undefined) return undefined
    const stored = openGrant(seal, row.sealed, idHash)
    const found = stored && (await current(idHash, stored))
    if (found === undefined) return undefined
    const isDue = row.usedAt.getTime() < now() - TOUCH_MS || row.username === ''
    if (from !== undefined && isDue) await touchSession(pool, idHash, { ...from, ...userOf(found.claims) }, new Date(now()))
    return { session: { id, publicId: row.publicId, ...found, expiresAt: row.expiresAt.getTime() }, asOf }
  }

  /** A token that is good for now. The issuer decides by a refresh what becomes of one that it gives up. */
  async function current(idHash: Buffer, stored: Grant): Promise<{ token: string; claims: Claims } | undefined> {
    const isFresh = grants.isExpired(stored, now())
    const grant = isFresh ? await refresh(idHash, stored) : stored
    if (grant === undefined) return undefined
    const claims = await deps.verify(grant.accessToken)
    const standing = isFresh ? 'good' : await deps.introspect?.(grant.accessToken, claims)
    if (standing !== 'ended' && standing !== 'outdated') return { token: grant.accessToken, claims }
    const next = await refresh(idHash, grant, { isRefused: standing === 'ended' })
    return next && { token: next.accessToken, claims: await deps.verify(next.accessToken) }
  }

  function remember({ session, asOf }: Looked): void {
    if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value!)
    const until = Math.min(asOf + TRUSTED_MS, session.expiresAt, session.claims.expiresAt)
    known.delete(session.id)
    known.set(session.id, { session, until })
  }

  return {
    async begin({ grant, claims, former, from }) {
      const id = randomToken()
      const idHash = sha256(id)
      const sealed = seal.seal(JSON.stringify(grant), idHash)
      const expiresAt = new Date(now() + deps.absoluteMs)
      const at = new Date(now())
      const row = { ...from, ...userOf(claims), idHash, subject: grant.subject, issuerSession: grant.sessionId, sealed, now: at, expiresAt }
      await inTx(pool, async (tx) => {
        if (former !== undefined) await deleteSession(tx, sha256(former), 'signed-out', at)
        await insertSession(tx, row)
      })
      if (former !== undefined) known.delete(former)
      return { id, expiresAt }
    },
    async find(id, from) {
      const cached = known.get(id)
      if (cached !== undefined && cached.until > now()) return cached.session
      known.delete(id)
      let running = looking.get(id)
      if (running === undefined) {
        running = load(id, from).finally(() => looking.delete(id))
        looking.set(id, running)
      }
      const looked = await running
      if (looked !== undefined) remember(looked)
      return looked?.session
    },
    async end(id) {
      known.delete(id)
      const idHash = sha256(id)
      // In the table with the ending: neither a kill nor an issuer that is away leaves its own session open.
      const row = await deleteSession(pool, idHash, 'signed-out', new Date(now()), new Date(now() + TELL_AFTER_MS))
      known.delete(id)
      const grant = row && openGrant(seal, row.sealed, idHash)
      if (grant === undefined || !(await grants.end(grant))) return false
      await forgetGrant(pool, idHash)
      return true
    },
    async endOf(notice) {
      known.clear()
      return deleteSessionsOf(pool, notice, new Date(now()))
    },
    prune: () => pruneSessions(pool, new Date(now()), deps.idleMs),
    async name() {
      for (const { idHash, sealed } of await namelessSessions(pool, NAMED_AT_ONCE)) {
        const grant = openGrant(seal, sealed, idHash)
        if (grant !== undefined) await nameSession(pool, idHash, nameIn(grant.accessToken))
      }
      await linkEmployees(pool)
    },
  }
}

/**
 * Refreshes a grant once, however many requests, processes and replicas ask: the row is locked while the issuer is
 * asked, and who comes later finds the fresh grant. A refresh token that is used twice would end the session.
 */
function createRefresh({ refreshPool, grants, seal, now }: Deps) {
  let pausedUntil = 0
  return async (idHash: Buffer, stored: Grant, { isRefused } = { isRefused: false }): Promise<Grant | undefined> => {
    const stillGood = !isRefused && stored.expiresAt > now()
    if (now() < pausedUntil) {
      if (stillGood) return stored
      throw new AppError('UNAVAILABLE', 'ISSUER_UNAVAILABLE', 'the sign-in service does not answer')
    }
    try {
      return await inTx(refreshPool, async (tx) => {
        const row = await lockGrant(tx, idHash)
        if (row === undefined) return undefined
        const current = openGrant(seal, row.sealed, idHash)
        if (current === undefined) return undefined
        if (current.accessToken !== stored.accessToken && !grants.isExpired(current, now())) return current
        const fresh = await grants.refresh(current).catch(endedToUndefined)
        if (fresh === undefined) await deleteSession(tx, idHash, 'ended-by-issuer', new Date(now()))
        else await saveGrant(tx, idHash, seal.seal(JSON.stringify(fresh), idHash))
        return fresh
      })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw error
      pausedUntil = now() + ISSUER_PAUSE_MS
      if (stillGood) return stored
      throw error
    }
  }
}

function endedToUndefined(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'UNAUTHENTICATED') return undefined
  throw error
}
