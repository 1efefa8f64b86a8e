import { reachAt, isLive, type Identity, type Reach } from './reach.ts'
import { limitsAt, type Limits } from './limits.ts'
import type { CustomFields } from './custom-fields.ts'
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
  /** Requests that the caller may make in a minute; undefined where no group sets it. */
  requestsPerMinute?: number | undefined
  /** What the rights are made of as of now, in a form to compare. */
  standing(): string
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
 * without an employee (a machine) has the groups of its claim.
 */
export function callerOf(data: RightsData, claims: Claims, now: () => number = Date.now): Caller {
  const employee = data.byUsername.get(claims.username.toLowerCase())
  const identities = identitiesOf(data, employee, claims.groups)
  const known = new Map<string, { reach: Reach | undefined; since: number; until: number }>()
  let limited = { limits: undefined as Limits | undefined, since: Infinity, until: -Infinity }
  return {
    subject: claims.subject,
    username: claims.username,
    client: claims.client,
    employeeId: employee?.id,
    branchId: employee?.branchId,
    groups: employee === undefined ? claims.groups : employee.disabled ? [] : employee.groups,
    customFields: data.customFields,
    requestsPerMinute: requestsOf(data, identities[0]!),
    now,
    reach(section, action) {
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
    standing() {
      const at = now()
      const live = identities.filter((identity) => isLive(identity, at))
      return JSON.stringify(
        live.map(({ employee: who, groups }) => [
          who?.id, who?.branchId, who?.departmentId,
          groups.map((group) => [
            group,
            [...(data.rules.get(group)?.values() ?? [])].flat().filter((rule) => isLive(rule, at)),
            data.limits.get(group)?.filter((rule) => isLive(rule, at)),
          ]),
        ]),
      )
    },
  }
}

/** Of several groups the highest, of one's own before all. What one does in another's stead is done by oneself. */
function requestsOf({ requests }: RightsData, { employee, groups }: Identity): number | undefined {
  const own = employee && requests.get(employee.id)
  const given = groups.flatMap((group) => requests.get(group) ?? [])
  return own ?? (given.length > 0 ? Math.max(...given) : undefined)
}

/** An employee as a caller, for what is done for or because of them; undefined for one who cannot sign in. */
export function callerOfEmployee(data: RightsData, id: string, now?: () => number): Caller | undefined {
  const username = data.employees.get(id)?.username
  if (!username) return undefined
  return callerOf(data, { subject: id, username, groups: [], client: '', sessionId: undefined, expiresAt: 0 }, now)
}
