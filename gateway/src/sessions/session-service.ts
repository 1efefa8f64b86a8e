import { integrationOf, scopeOf } from '@vitrylo/auth'
import { AppError, notFound } from '@vitrylo/errors'
import { sql, type Sql } from '@vitrylo/pg'
import type { SessionServiceServer } from '@vitrylo/proto/vitrylo/sessions/v1/session_service.ts'
import type { Call, Deps, Handlers } from '@vitrylo/service'
import { byOf, cutTokensOf, endAll, setBlocked } from './end-sql.ts'
import { limitsOf } from './limits.ts'
import { findOnline, isCurrent, listOnline, onlineOf, toMessage, within } from './online-sql.ts'
import { listBulkReads } from '../reads/bulk-read-sql.ts'
import { clientsOf, usesOf } from './integration-use-sql.ts'
import { linkEmployees } from '../sign-in/session-sql.ts'
import { listSignIns } from './sign-in-sql.ts'
import { targetOf } from './targets.ts'

export function sessionService(deps: Deps): Handlers<SessionServiceServer> {
  const { pool } = deps
  const limits = limitsOf(deps.env)
  const mine = ({ caller }: Call): Sql => sql`s.subject = ${caller.subject}`

  /** A program is known by the name of its account: it stands in the copy of the rights. */
  const named = <T extends { username: string }>(row: T): T => ({ ...row, program: integrationOf(deps.rights.data().integrations, row.username)?.name ?? '' })
  const withPrograms = ({ sessions, nextPageToken }: Awaited<ReturnType<typeof listOnline>>) => ({ sessions: sessions.map(named), nextPageToken })

  /** All that `whose` reaches but the one that asks. */
  const endOthers = (call: Call, whose: Sql, employees?: Sql) =>
    call.transact(async (tx) => {
      // Who became an employee since they signed in is one of them.
      if (employees !== undefined) await linkEmployees(tx)
      const rows = await onlineOf(tx, call, limits, whose)
      if (employees !== undefined) await cutTokensOf(tx, employees, call.now)
      return { ended: await endAll(tx, rows.filter((row) => !isCurrent(row, call)), byOf(call.caller), call.now) }
    })

  return {
    listSessions: async (request, call) => withPrograms(await listOnline(pool, call, limits, within(call.caller), request)),
    listMySessions: async (request, call) => withPrograms(await listOnline(pool, call, limits, mine(call), request)),
    listSignIns: async (request, call) => {
      const { signIns, nextPageToken } = await listSignIns(pool, call, request)
      return { signIns: signIns.map(named), nextPageToken }
    },
    listBulkReads: (request, call) => listBulkReads(pool, call, request),
    listIntegrationUses: async ({ accountIds }, { caller }) => ({
      integrationUses: caller.reach('rights', 'view')?.all === true ? await usesOf(pool, clientsOf(deps.rights.data(), accountIds)) : [],
    }),
    endSession: ({ id }, call) =>
      call.transact(async (tx) => ({ ended: await endAll(tx, [await findOnline(tx, call, limits, id)], byOf(call.caller), call.now) })),
    endSessions: async (request, call) => {
      const employees = targetOf(deps, call.caller, request)
      return endOthers(call, sql`${employees} and ${within(call.caller)}`, sql`${employees} and ${tokensOfOthers(call)}`)
    },
    endMySession: ({ id }, call) =>
      call.transact(async (tx) => {
        const rows = await onlineOf(tx, call, limits, sql`s.id = ${id} and ${mine(call)}`)
        if (rows.length === 0) throw notFound('session', id)
        return { ended: await endAll(tx, rows, byOf(call.caller), call.now) }
      }),
    endMyOtherSessions: (_request, call) => endOthers(call, mine(call)),
    blockSession: ({ id, blocked }, call) =>
      call.transact(async (tx) => {
        const row = await findOnline(tx, call, limits, id)
        if (row.kind !== 'token') throw new AppError('FAILED_PRECONDITION', 'NOT_A_TOKEN', 'only tokens can be blocked; end this session instead')
        await setBlocked(tx, id, blocked, byOf(call.caller), call.now)
        return named(toMessage({ ...row, blocked }, call))
      }),
  }
}

/** The token that asks goes on. */
function tokensOfOthers({ caller, sessionId }: Call): Sql {
  const scope = scopeOf(caller, 'sessions', 'manage', { branch: sql`e.branch_id`, owner: sql`e.id` })
  return sessionId !== undefined || caller.employeeId === undefined ? scope : sql`(${scope} and e.id <> ${caller.employeeId})`
}
