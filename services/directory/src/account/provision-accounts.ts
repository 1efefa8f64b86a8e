import { setTimeout as delay } from 'node:timers/promises'
import { createAdminApi, disableAccount, findUser, putAside, saveAccount, type AdminApi } from '@vitrylo/keycloak'
import { optional, refuse, type Deps, type Stop } from '@vitrylo/service'
import { groupNames, releaseAccount, saveDone, saveFailed, seizeAccount, takeDue, type Due } from './account-sql.ts'

const POLL_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

/**
 * Keeps Keycloak's users in step with the employees: names, groups, who may not sign in any more. Compares state with
 * state, so that it needs no event, catches up after any pause and takes in those who were there before it.
 *
 * VITRYLO_PROVISIONER_CLIENT_SECRET: of the client `vitrylo-provisioner`; without it users are somebody else's business.
 * VITRYLO_OIDC_INTERNAL_URL (or VITRYLO_OIDC_ISSUER): the realm, `http://keycloak:8080/realms/vitrylo`.
 */
export async function startProvisioning(deps: Deps): Promise<Stop> {
  const secret = optional(deps.env, 'VITRYLO_PROVISIONER_CLIENT_SECRET')
  if (secret === undefined) return async () => {}
  const internalUrl = optional(deps.env, 'VITRYLO_OIDC_INTERNAL_URL') ?? optional(deps.env, 'VITRYLO_OIDC_ISSUER') ?? ''
  const [, url = '', realm = ''] = /^(.+)\/realms\/([^/]+)$/.exec(internalUrl) ?? refuse('VITRYLO_OIDC_INTERNAL_URL', 'must end with /realms/<name>')
  const api = createAdminApi(url, { realm, clientId: 'vitrylo-provisioner', secret })
  const stopping = new AbortController()
  const running = follow(deps, api, realm, stopping.signal)
  return async () => {
    stopping.abort()
    await running
  }
}

async function follow(deps: Deps, api: AdminApi, realm: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const due = await takeDue(deps.pool, deps.now()).catch((err: unknown) => {
      deps.log.warn({ err }, 'accounts cannot be read, will try again')
      return []
    })
    const knownGroups = due.length === 0 ? [] : await groupNames(deps.pool).catch(() => [])
    for (const one of due) if (!signal.aborted) await bring(deps, api, realm, knownGroups, one)
    if (due.length === 0) await delay(POLL_MS, undefined, { signal }).catch(() => {})
  }
}

/** Brings one account in step. What fails is tried again, ever more rarely; the others go on. */
async function bring(deps: Deps, api: AdminApi, realm: string, knownGroups: readonly string[], due: Due): Promise<void> {
  const { pool, now, log } = deps
  try {
    await saveDone(pool, due, await apply(deps, api, realm, knownGroups, due), now())
  } catch (error) {
    const pause = Math.min(LONGEST_PAUSE_MS, POLL_MS * 2 ** due.attempts)
    const { status, message } = error as { status?: number; message: string }
    // Keycloak's own words name the person.
    log.warn({ employeeId: due.employeeId, status, ...(status === undefined && { message }) }, 'an account at Keycloak is not in step yet, will try again')
    await saveFailed(pool, due, new Date(now().getTime() + pause)).catch(() => {})
  }
}

async function apply(deps: Deps, api: AdminApi, realm: string, knownGroups: readonly string[], due: Due): Promise<string | null> {
  const { accountId, username, displayName: name, email, disabled, groups } = due
  if (username !== null) {
    const bearer = await findUser(api, realm, username)
    if (bearer !== undefined && bearer['id'] !== accountId) await takeName(deps, api, realm, bearer['id'], due)
    const account = { username, name, email: email ?? undefined, disabled, groups, knownGroups }
    return saveAccount(api, realm, account, accountId ?? undefined)
  }
  if (accountId !== null) await disableAccount(api, realm, accountId)
  return accountId
}

/**
 * An account that was made for another employee is not theirs who have its name now: it is closed and put aside under that employee's id, and brought in
 * step anew, if the employee is still there. One that the directory knows of nobody is the person's own.
 */
async function takeName({ pool, now }: Deps, api: AdminApi, realm: string, accountId: string, due: Due): Promise<void> {
  const employeeId = await seizeAccount(pool, accountId, due, now())
  if (employeeId === undefined) return
  await putAside(api, realm, accountId, employeeId)
  await releaseAccount(pool, employeeId, now())
}
