import { decide, type Ground } from './decide.ts'
import { reachAt, isLive, type Identity, type Place, type Reach } from './reach.ts'
import { limitsAt, type Limits } from './limits.ts'
import type { CustomFields } from './custom-fields.ts'
import { integrationOf, type Integration } from './integrations.ts'
import { cellKey, type EmployeeFacts, type RightsData } from './rights.ts'
import type { Claims } from './verify.ts'

export type Caller = {
  subject: string
  username: string
  /** Client that the token was given to; absent where no token stands behind the caller. */
  client?: string
  /** Absent for a machine, or a user who is no employee. */
  employeeId: string | undefined
  branchId: string | undefined
  groups: readonly string[]
  /** Fields that administrators have added to records: lists and filters know them. */
  customFields?: CustomFields
  /** The clock by which dates of rights are judged. */
  now(): number
  /** The reach of a right as of now; undefined if the caller does not have it. */
  reach(section: string, action: string): Reach | undefined
  /** What is taken away of fields as of now; undefined for most callers, and then nothing need be looked at. */
  limits(): Limits | undefined
  /** The integration account that the token is a key of; absent for people. */
  integration?: Integration | undefined
  /** Records read in an hour that administrators are told of; undefined where no group sets it. */
  bulkReadsPerHour?: number | undefined
  /** Requests that the caller may make in a minute; undefined where no group sets it. */
  requestsPerMinute?: number | undefined
  /** The rule that gives a right as of now; of the rules that do, the one that reaches the record. */
  ground(section: string, action: string, record?: Place): Ground | undefined
  /** What the rights are made of as of now, in a form to compare. */
  standing(): string
}

// Every write asks by what rule it is allowed, and most are like the one before: who decides looks at all rules each time.
const GROUND_MS = 1_000
const MAX_GROUNDS = 200

/** An integration account has the groups that the directory gives it, until it ends. */
function machineOf({ groups, until }: Integration): Identity[] {
  return [{ employee: undefined, groups, from: -Infinity, until }]
}

/** Themselves first, then those whom they stand in for. Who is disabled or left has no rights and passes none on. */
export function identitiesOf(data: RightsData, employee: EmployeeFacts | undefined, claimed: readonly string[] = []): Identity[] {
  const always = { from: -Infinity, until: Infinity }
  if (employee === undefined) return [{ employee, groups: claimed, ...always }]
  if (employee.disabled) return [{ employee, groups: [], ...always }]
  const others = (data.standsInFor.get(employee.id) ?? []).filter((absence) => !absence.employee.disabled)
  return [{ employee, ...always }, ...others].map((each) => ({ ...each, groups: [...each.employee.groups, each.employee.id] }))
}

/**
 * The caller behind a token. An employee's groups are those of the directory, so that a change works at once; a token
 * of an integration account has the account's groups, cut to its scopes; any other without an employee has the groups of its claim, but for a name
 * that an employee had: the directory has taken it away, and the issuer may not know yet, or not be able to follow.
 */
export function callerOf(data: RightsData, claims: Claims, now: () => number = Date.now): Caller {
  const username = claims.username.toLowerCase()
  const employee = data.byUsername.get(username)
  const claimed = data.formerUsernames.has(username) ? [] : claims.groups
  const integration = employee === undefined ? integrationOf(data.integrations, claims.username) : undefined
  const identities = integration === undefined ? identitiesOf(data, employee, claimed) : machineOf(integration)
  const known = new Map<string, { reach: Reach | undefined; since: number; until: number }>()
  const grounds = new Map<string, { at: number; ground: Ground | undefined }>()
  let limited = { limits: undefined as Limits | undefined, since: Infinity, until: -Infinity }
  return {
    subject: claims.subject,
    username: claims.username,
    client: claims.client,
    employeeId: employee?.id,
    branchId: employee?.branchId,
    groups: integration?.groups ?? (employee === undefined ? claimed : employee.disabled ? [] : employee.groups),
    customFields: data.customFields,
    integration,
    requestsPerMinute: integration?.requestsPerMinute || agreedOf(data.requests, identities[0]!),
    bulkReadsPerHour: agreedOf(data.bulkReads, identities[0]!),
    now,
    reach(section, action) {
      if (integration !== undefined && !integration.allows(section, action)) return undefined
      const key = cellKey(section, action)
      const at = now()
      let found = known.get(key)
      if (found === undefined || at >= found.until || at < found.since) {
        found = { ...reachAt(data, identities, section, action, at), since: at }
        known.set(key, found)
      }
      return found.reach
    },
    limits() {
      const at = now()
      if (at >= limited.until || at < limited.since) limited = { ...limitsAt(data, identities, at), since: at }
      return limited.limits
    },
    ground(section, action, record) {
      const at = now()
      const key = `${section} ${action} ${record?.branchId ?? ''} ${record?.ownerId ?? ''}`
      const kept = grounds.get(key)
      if (kept !== undefined && kept.at <= at && at < kept.at + GROUND_MS) return kept.ground
      const [found] = decide(data, identities, { section, action, record }, at).grounds
      const ground = found?.outcome === 'allows' ? found : undefined
      if (grounds.size >= MAX_GROUNDS) grounds.clear()
      grounds.set(key, { at, ground })
      return ground
    },
    standing() {
      const at = now()
      const live = identities.filter((identity) => isLive(identity, at))
      return JSON.stringify(
        live.map(({ employee: who, groups }) => [
          who?.id, who?.branchId, who?.departmentId, integration?.scopes,
          groups.map((group) => [
            group,
            [...(data.rules.get(group)?.values() ?? [])].flat().filter((rule) => isLive(rule, at)),
            data.limits.get(group)?.filter((rule) => isLive(rule, at)),
            data.holdings.get(group)?.version, endAfter(data.holdings.get(group)?.nextEnd, at),
          ]),
        ]),
      )
    },
  }
}

/** The moment while it has not passed. */
const endAfter = (moment: number | null | undefined, at: number): number | undefined => (moment != null && moment > at ? moment : undefined)

/** Of several groups the highest, of one's own before all. What one does in another's stead is done by oneself. */
function agreedOf(figures: ReadonlyMap<string, number>, { employee, groups }: Identity): number | undefined {
  const own = employee && figures.get(employee.id)
  const given = groups.flatMap((group) => figures.get(group) ?? [])
  return own ?? (given.length > 0 ? Math.max(...given) : undefined)
}

/** An employee as a caller, for what is done for or because of them; undefined for one who cannot sign in. */
export function callerOfEmployee(data: RightsData, id: string, now?: () => number): Caller | undefined {
  const username = data.employees.get(id)?.username
  if (!username) return undefined
  return callerOf(data, { subject: id, username, groups: [], client: '', sessionId: undefined, expiresAt: 0 }, now)
}
