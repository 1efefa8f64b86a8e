import type { CustomFields } from './custom-fields.ts'
import { calendarsOf, inherited, type StoredCalendar, type WorkingCalendar } from './working-calendar.ts'
import { integrationsOf, type Integration, type IntegrationFacts } from './integrations.ts'

export type Scope = 'own' | 'department' | 'branch' | 'all'

/** A rule of a group as it is stored and sent. */
export type Cell = {
  section: string
  action: string
  /** `deny` refuses what `denyScope` reaches: everything when that is absent. */
  scope: Scope | 'deny'
  denyScope?: Scope
  /** In force from this moment; ISO. */
  from?: string
  /** Until before this moment; ISO. */
  until?: string
}

export type Span = { from: number; until: number }

/** The same as decisions need it. The group of one person alone has the id of that employee for its name. */
export type Rule = Span & { group: string; section: string; action: string; effect: 'allow' | 'deny'; scope: Scope }

/** What a group takes away of a field, as it is stored and sent. */
export type FieldCell = {
  section: string
  field: string
  limit: 'hide' | 'read-only'
  /** Cuts only what its group gives, see `limits.ts`. */
  yields?: boolean
  from?: string
  until?: string
}

/** The same as decisions need it. */
export type FieldRule = Span & { group: string; section: string; field: string; limit: 'hide' | 'read-only'; yields: boolean }

/** Who holds an employee's rights beside them while they are away. */
export type Substitute = { employeeId: string; from: string; until: string }

export type EmployeeFacts = {
  id: string
  username: string | null
  displayName: string
  branchId: string
  departmentId: string | null
  groups: string[]
  disabled: boolean
  externalId: string
  substitutes?: Substitute[]
}

/** What is shared with somebody, as far as one must know that it is not what it was. */
export type Holdings = { version: number; nextEnd: number | null }

export type BranchFacts = { id: string; name: string; code: string }

/** What the copy of the rights holds. */
export type RightsFacts = {
  employees: readonly EmployeeFacts[]
  /** Who left: still known by name at sign-in, as disabled. */
  former?: readonly EmployeeFacts[]
  /** Names at sign-in that some employee had, lower case. */
  formerUsernames?: readonly string[]
  branches: readonly (BranchFacts & { parentId: string | null; calendar?: StoredCalendar | null; numberingPrefix?: string })[]
  groups: readonly { name: string; cells: readonly Cell[]; limits?: readonly FieldCell[]; requestsPerMinute?: number; bulkReadsPerHour?: number }[]
  /** Groups that some record is shared with, and which may: `opportunities view`. */
  shared?: readonly { section: string; action: string; holder: string }[]
  /** What is shared with a holder moves on with `version`; some of it ends at `nextEnd`, behind which the copy is read again. */
  holdings?: readonly ({ holder: string } & Holdings)[]
  customFields?: CustomFields
  integrations?: readonly IntegrationFacts[]
}

/** Everything that decisions need, as one immutable value, made once per change so that a check only looks up. */
export type RightsData = {
  employees: ReadonlyMap<string, EmployeeFacts>
  /** Also who left, as disabled. */
  byUsername: ReadonlyMap<string, EmployeeFacts>
  /** Names at sign-in that some employee had: whoever comes by one of them is nobody, unless an employee has it now. */
  formerUsernames: ReadonlySet<string>
  /** Branch -> the branch above it. */
  branches: ReadonlyMap<string, string | null>
  branchFacts: ReadonlyMap<string, BranchFacts>
  /** Branch -> when it works; only where it or one above says so. */
  calendars: ReadonlyMap<string, WorkingCalendar>
  /** Branch -> what its numbers bear; only where it or one above says so. */
  numberingPrefixes: ReadonlyMap<string, string>
  /** Group -> `section:action` -> its rules. */
  rules: ReadonlyMap<string, ReadonlyMap<string, readonly Rule[]>>
  /** Group -> what it takes away of fields; only those that take something. */
  limits: ReadonlyMap<string, readonly FieldRule[]>
  /** Group -> requests that a member may make in a minute; only those that set it. */
  requests: ReadonlyMap<string, number>
  /** Group -> records read in an hour that administrators are told of; only those that set it. */
  bulkReads: ReadonlyMap<string, number>
  /** Department -> who works there. */
  colleagues: ReadonlyMap<string, readonly string[]>
  /** Branch -> itself and all below it. */
  below: ReadonlyMap<string, readonly string[]>
  /** Employee -> whom they stand in for, and when. */
  standsInFor: ReadonlyMap<string, readonly (Span & { employee: EmployeeFacts })[]>
  /** `section:action` -> groups that a record is shared with. */
  shared: ReadonlyMap<string, ReadonlySet<string>>
  /** Holder of shares -> how often these have changed, and when some of them end. */
  holdings: ReadonlyMap<string, Holdings>
  /** Fields that administrators have added to records. */
  customFields: CustomFields
  /** Client id -> what tokens of an integration account give. */
  integrations: ReadonlyMap<string, Integration>
}

export const cellKey = (section: string, action: string): string => `${section}:${action}`

export function rightsData({ employees, former = [], formerUsernames = [], branches, groups, shared = [], holdings = [], customFields = new Map(), integrations = [] }: RightsFacts): RightsData {
  const working = new Map(employees.map((employee) => [employee.id, employee]))
  const absences = employees.flatMap((employee) => (employee.substitutes ?? []).map((substitute) => ({ employee, substitute })))
  return {
    employees: working,
    // Those who left come first: a name at sign-in that was given again belongs to whom it was given.
    byUsername: new Map([...former, ...employees].filter(({ username }) => username !== null).map((e) => [e.username!, e])),
    formerUsernames: new Set(formerUsernames),
    branches: new Map(branches.map(({ id, parentId }) => [id, parentId])),
    branchFacts: new Map(branches.map(({ id, name, code }) => [id, { id, name, code }])),
    calendars: calendarsOf(branches),
    numberingPrefixes: inherited(branches, ({ numberingPrefix }) => numberingPrefix || undefined),
    rules: new Map(groups.map(({ name, cells }) => [name, gathered(cells, cellKeyOf, (cell) => ruleOf(name, cell))])),
    limits: new Map(groups.filter(({ limits }) => limits?.length).map(({ name, limits }) => [name, limits!.map((limit) => fieldRuleOf(name, limit))])),
    requests: new Map(groups.flatMap(({ name, requestsPerMinute }) => (requestsPerMinute ? [[name, requestsPerMinute] as const] : []))),
    bulkReads: new Map(groups.flatMap(({ name, bulkReadsPerHour }) => (bulkReadsPerHour ? [[name, bulkReadsPerHour] as const] : []))),
    colleagues: gathered(employees.filter(({ departmentId }) => departmentId !== null), (e) => e.departmentId!, (e) => e.id),
    below: below(branches),
    standsInFor: gathered(absences, ({ substitute }) => substitute.employeeId, ({ employee, substitute }) => ({ employee, ...spanOf(substitute) })),
    shared: new Map([...gathered(shared, cellKeyOf, ({ holder }) => holder)].map(([key, holders]) => [key, new Set(holders)])),
    holdings: new Map(holdings.map(({ holder, ...each }) => [holder, each])),
    customFields,
    integrations: integrationsOf(integrations),
  }
}

const cellKeyOf = ({ section, action }: { section: string; action: string }): string => cellKey(section, action)

const spanOf = ({ from, until }: { from?: string; until?: string }): Span => ({
  from: from === undefined ? -Infinity : Date.parse(from),
  until: until === undefined ? Infinity : Date.parse(until),
})

function ruleOf(group: string, { section, action, scope, denyScope = 'all', from, until }: Cell): Rule {
  const span = spanOf({ from, until })
  return scope === 'deny'
    ? { group, section, action, effect: 'deny', scope: denyScope, ...span }
    : { group, section, action, effect: 'allow', scope, ...span }
}

const fieldRuleOf = (group: string, { section, field, limit, yields = false, from, until }: FieldCell): FieldRule =>
  ({ group, section, field, limit, yields, ...spanOf({ from, until }) })

function gathered<T, V>(items: readonly T[], keyOf: (item: T) => string, valueOf: (item: T) => V): Map<string, V[]> {
  const found = new Map<string, V[]>()
  for (const item of items) {
    const key = keyOf(item)
    const list = found.get(key)
    if (list === undefined) found.set(key, [valueOf(item)])
    else list.push(valueOf(item))
  }
  return found
}

function below(branches: RightsFacts['branches']): Map<string, string[]> {
  const children = gathered(branches, ({ parentId }) => parentId ?? '', ({ id }) => id)
  return new Map(
    branches.map(({ id }) => {
      const found = new Set([id])
      for (const at of found) for (const child of children.get(at) ?? []) found.add(child)
      return [id, [...found]]
    }),
  )
}

/** A branch and everything below it. */
export const branchesBelow = (data: RightsData, root: string): readonly string[] => data.below.get(root) ?? [root]
