import { setTimeout as delay } from 'node:timers/promises'
import { createAdminApi, disableAccount, saveAccount, type AdminApi } from '@vitrylo/keycloak'
import { optional, refuse, type Deps, type Stop } from '@vitrylo/service'
import { groupNames, saveDone, saveFailed, takeDue, type Due } from './account-sql.ts'

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
async function bring({ pool, now, log }: Deps, api: AdminApi, realm: string, knownGroups: readonly string[], due: Due): Promise<void> {
  try {
    await saveDone(pool, due, await apply(api, realm, knownGroups, due), now())
  } catch (error) {
    const pause = Math.min(LONGEST_PAUSE_MS, POLL_MS * 2 ** due.attempts)
    const { status, message } = error as { status?: number; message: string }
    // Keycloak's own words name the person.
    log.warn({ employeeId: due.employeeId, status, ...(status === undefined && { message }) }, 'an account at Keycloak is not in step yet, will try again')
    await saveFailed(pool, due, new Date(now().getTime() + pause)).catch(() => {})
  }
}

async function apply(api: AdminApi, realm: string, knownGroups: readonly string[], due: Due): Promise<string | null> {
  const { accountId, username, displayName: name, email, disabled, groups } = due
  if (username !== null) {
    const account = { username, name, email: email ?? undefined, disabled, groups, knownGroups }
    return saveAccount(api, realm, account, accountId ?? undefined)
  }
  if (accountId !== null) await disableAccount(api, realm, accountId)
  return accountId
}
