import { branchesBelow, cellKey, type EmployeeFacts, type RightsData, type Rule, type Span } from './rights.ts'

/** Somebody's own rights, or those of a colleague whom they stand in for. */
export type Identity = Span & { employee: EmployeeFacts | undefined; groups: readonly string[] }

/** Records: all, or those of these branches or these owners. */
export type Area = { all: boolean; branchIds: ReadonlySet<string>; ownerIds: ReadonlySet<string> }

/** What one identity brings: the records that it allows or that are shared with it, less those that it is denied. */
export type Part = { allow: Area; sharedWith: readonly string[]; deny: Area | undefined }

/** Records that a right reaches: those of some part, less what the caller is denied themselves. */
export type Reach = { all: boolean; parts: readonly Part[]; deny: Area | undefined }

export const isLive = ({ from, until }: Span, at: number): boolean => from <= at && at < until

/** The actions that a share may name so that it gives this one: who may change a record may see it. */
export const sharedActions = (action: string): readonly string[] => (action === 'view' ? ['view', 'change'] : [action])

export const rulesOf = (data: RightsData, { groups }: Identity, section: string, action: string): Rule[] =>
  groups.flatMap((group) => data.rules.get(group)?.get(cellKey(section, action)) ?? [])

/** The records that some of these rules reach, seen from an employee's place. */
export function areaOf(data: RightsData, employee: Pick<EmployeeFacts, 'id' | 'branchId' | 'departmentId'> | undefined, rules: readonly Pick<Rule, 'scope'>[]): Area {
  const branchIds = new Set<string>()
  const ownerIds = new Set<string>()
  for (const { scope } of rules) {
    if (scope === 'all') return { all: true, branchIds: new Set(), ownerIds: new Set() }
    if (employee === undefined) continue // nothing is a machine's own
    ownerIds.add(employee.id)
    if (scope === 'branch') for (const id of branchesBelow(data, employee.branchId)) branchIds.add(id)
    if (scope === 'department') for (const id of data.colleagues.get(employee.departmentId ?? '') ?? []) ownerIds.add(id)
  }
  return { all: false, branchIds, ownerIds }
}

export const isEmpty = ({ all, branchIds, ownerIds }: Area): boolean => !all && branchIds.size === 0 && ownerIds.size === 0

export type Place = { branchId?: string; ownerId?: string }

export const covers = ({ all, branchIds, ownerIds }: Area, { branchId, ownerId }: Place): boolean =>
  all || (branchId !== undefined && branchIds.has(branchId)) || (ownerId !== undefined && ownerIds.has(ownerId))

/**
 * The reach of a right at a moment, undefined when there is none, and until when it stays so. `identities` begins with
 * the caller themselves: what they are denied holds for everything that they do, also in another's stead.
 */
export function reachAt(data: RightsData, identities: readonly Identity[], section: string, action: string, at: number): { reach: Reach | undefined; until: number } {
  let until = Infinity
  const live = (span: Span): boolean => {
    for (const edge of [span.from, span.until]) if (edge > at && edge < until) until = edge
    return isLive(span, at)
  }
  const parts: Part[] = []
  let denied: Area | undefined
  for (const identity of identities.filter(live)) {
    const rules = rulesOf(data, identity, section, action).filter(live)
    const area = (effect: Rule['effect']) => areaOf(data, identity.employee, rules.filter((rule) => rule.effect === effect))
    const deny = isEmpty(area('deny')) ? undefined : area('deny')
    if (identity === identities[0]) denied = deny
    const sharedWith = identity.groups.filter((group) => sharedActions(action).some((each) => data.shared.get(cellKey(section, each))?.has(group)))
    const part = { allow: area('allow'), sharedWith, deny: identity === identities[0] ? undefined : deny }
    if (deny?.all !== true && (!isEmpty(part.allow) || sharedWith.length > 0)) parts.push(part)
  }
  if (parts.length === 0 || denied?.all === true) return { reach: undefined, until }
  const joined = join(parts)
  return { reach: { all: denied === undefined && joined.some(({ allow, deny }) => allow.all && deny === undefined), parts: joined, deny: denied }, until }
}

/** Parts that nothing is denied to are one: most callers have just that. */
function join(parts: readonly Part[]): Part[] {
  const free = parts.filter(({ deny }) => deny === undefined)
  const bound = parts.filter(({ deny }) => deny !== undefined)
  if (free.length < 2) return [...free, ...bound]
  const areas = free.map(({ allow }) => allow)
  const allow = areas.find(({ all }) => all) ?? {
    all: false,
    branchIds: new Set(areas.flatMap(({ branchIds }) => [...branchIds])),
    ownerIds: new Set(areas.flatMap(({ ownerIds }) => [...ownerIds])),
  }
  return [{ allow, sharedWith: [...new Set(free.flatMap(({ sharedWith }) => sharedWith))], deny: undefined }, ...bound]
}
