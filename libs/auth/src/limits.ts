import { isLive, type Identity } from './reach.ts'
import { cellKey, type FieldRule, type RightsData, type Rule, type Span } from './rights.ts'

/** What somebody is kept from, field by field. Absent as a whole for most. */
export type Limits = {
  /** Section -> fields that are not shown. */
  hidden: ReadonlyMap<string, ReadonlySet<string>>
  /** Fields of a section that are not written in an action; hidden ones are among them. */
  kept(section: string, action: string): ReadonlySet<string>
  /** The same for the same limits: what is made by them may be kept under it. */
  key: string
}

/** Whether a field is among those that are taken away: itself, or `custom` as a whole for `custom.contract_no`. */
export const isAmong = (fields: ReadonlySet<string> | undefined, name: string): boolean =>
  fields !== undefined && (fields.has(name) || (name.includes('.') && fields.has(name.slice(0, name.indexOf('.')))))

export type LimitOutcome = 'holds' | 'yields' | 'cuts-nothing' | 'not-yet' | 'expired'

/** A limit that was looked at, and in whose stead it is held. */
export type LimitGround = { rule: FieldRule; outcome: LimitOutcome; inSteadOf?: string }

/** What became of one field. `grounds` begins with those that hold. */
export type LimitDecision = { field: string; limit: FieldRule['limit'] | undefined; grounds: LimitGround[] }

/** A way by which somebody comes to records: a rule that allows, or what is shared with a group. */
type Way = { group: string; action: string; scope: Rule['scope'] | 'shared' }

const NONE: ReadonlySet<string> = new Set()

/** The limits as of a moment, and until when they stay so. */
export function limitsAt(data: RightsData, identities: readonly Identity[], at: number): { limits: Limits | undefined; until: number } {
  const all = identities.flatMap((identity) => rulesOf(data, identity))
  if (all.length === 0) return { limits: undefined, until: nextEdge(at, identities) }
  const sections = [...new Set(all.map(({ section }) => section))]
  const grants = identities.flatMap(({ groups }) => groups.flatMap((group) => [...(data.rules.get(group)?.values() ?? [])].flat()))
  const until = nextEdge(at, identities, all, grants)
  const hidden = new Map<string, ReadonlySet<string>>()
  for (const section of sections) {
    const fields = namesOf(all, section).filter((field) => decideField(data, identities, { section, field, action: 'view' }, at).limit === 'hide')
    if (fields.length > 0) hidden.set(section, new Set(fields))
  }
  const known = new Map<string, ReadonlySet<string>>()
  const kept = (section: string, action: string): ReadonlySet<string> => {
    if (!sections.includes(section)) return NONE
    const key = cellKey(section, action)
    let fields = known.get(key)
    if (fields === undefined) {
      fields = new Set(namesOf(all, section).filter((field) => decideField(data, identities, { section, field, action }, at).limit !== undefined))
      known.set(key, fields)
    }
    return fields
  }
  const key = JSON.stringify(sections.toSorted().map((section) => [section, ...['create', 'change'].map((action) => [...kept(section, action)].toSorted()), [...(hidden.get(section) ?? [])].toSorted()]))
  return { limits: { hidden, kept, key }, until }
}

const rulesOf = (data: RightsData, { groups }: Identity): FieldRule[] => groups.flatMap((group) => data.limits.get(group) ?? [])

const namesOf = (rules: readonly FieldRule[], section: string): string[] =>
  [...new Set(rules.filter((rule) => rule.section === section).map(({ field }) => field))]

function nextEdge(at: number, ...spans: (readonly Span[])[]): number {
  let until = Infinity
  for (const { from, until: end } of spans.flat()) for (const edge of [from, end]) if (edge > at && edge < until) until = edge
  return until
}

/** All fields of a section that some limit names, for those who ask why. */
export const decideFields = (data: RightsData, identities: readonly Identity[], { section, action }: { section: string; action: string }, at: number): LimitDecision[] =>
  namesOf(identities.flatMap((identity) => rulesOf(data, identity)), section)
    .map((field) => decideField(data, identities, { section, field, action }, at))
    .filter(({ grounds }) => grounds.length > 0)

/**
 * What is taken away of a field. Hidden is hidden for every action; read only matters where something is written. A limit
 * that does not yield holds as a denial does; one that yields cuts the ways of its own group, unless others lead to the same records.
 */
export function decideField(data: RightsData, identities: readonly Identity[], question: { section: string; field: string; action: string }, at: number): LimitDecision {
  const { section, field, action } = question
  const looked = identities.flatMap((identity) => {
    const inSteadOf = identity === identities[0] ? undefined : identity.employee?.id
    // What is read only is no matter of who views.
    const rules = rulesOf(data, identity).filter((rule) => rule.section === section && rule.field === field && (action !== 'view' || rule.limit === 'hide'))
    return rules.map((rule) => {
      const hiding = rule.limit === 'hide' ? judge(data, identities, identity, rule, undefined, at) : undefined
      // Who hides a field does not let it be written either, where it is seen by another group's leave.
      const outcome = hiding === 'holds' || (hiding !== undefined && action === 'view') ? hiding : judge(data, identities, identity, rule, action, at)
      return { taken: hiding === 'holds' ? 'hide' : 'read-only', ground: { rule, inSteadOf, outcome } } as const
    })
  })
  const taken = looked.filter(({ ground }) => ground.outcome === 'holds').map((each) => each.taken)
  const limit = taken.includes('hide') ? 'hide' : taken[0]
  return { field, limit, grounds: looked.map(({ ground }) => ground).toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome)) }
}

/** What one limit does: in an action, where it keeps from writing; without one, where it hides. */
function judge(data: RightsData, identities: readonly Identity[], identity: Identity, rule: FieldRule, action: string | undefined, at: number): LimitOutcome {
  const { section, field, group, yields } = rule
  const from = Math.max(rule.from, identity.from)
  const until = Math.min(rule.until, identity.until)
  if (!isLive({ from, until }, at)) return at < from ? 'not-yet' : 'expired'
  const isSelf = identity === identities[0]
  if (isSelf && !yields) return 'holds'
  const ways = waysOf(data, identity, section, at).filter((way) => action === undefined || way.action === action)
  const cut = yields ? ways.filter((way) => way.group === group) : ways
  if (cut.length === 0) return 'cuts-nothing'
  const free = (of: Identity): Way[] => {
    const bites = rulesOf(data, of).filter((each) => each.section === section && each.field === field && isLive(each, at) && (action !== undefined || each.limit === 'hide'))
    return waysOf(data, of, section, at).filter((way) => !bites.some((each) => each.group === way.group || !each.yields))
  }
  // What the caller has without limit anyway is not cut by those whom they stand in for.
  const own = isSelf ? [] : free(identities[0]!).filter(({ scope }) => scope === 'all')
  const others = yields ? [...free(identity), ...own] : own
  if (cut.some((way) => !others.some((other) => covers(other, way, action === undefined)))) return 'holds'
  return yields ? 'yields' : 'cuts-nothing'
}

const ORDER: readonly LimitOutcome[] = ['holds', 'yields', 'cuts-nothing', 'not-yet', 'expired']

/** Whether one way leads to all that the other does. What may be viewed free is seen anyway, whatever else is done with it. */
const covers = (free: Way, way: Way, hides: boolean): boolean =>
  (free.action === way.action || (hides && free.action === 'view')) &&
  (free.scope === 'all' || (free.scope !== 'shared' && (way.scope === 'own' || way.scope === free.scope)))

function waysOf(data: RightsData, { groups }: Identity, section: string, at: number): Way[] {
  return groups.flatMap((group) => {
    const rules = [...(data.rules.get(group)?.values() ?? [])].flat().filter((rule) => rule.section === section && rule.effect === 'allow' && isLive(rule, at))
    const shared = (action: string): boolean => data.shared.get(cellKey(section, action))?.has(group) === true
    const ways: Way[] = rules.map(({ action, scope }) => ({ group, action, scope }))
    if (shared('view') || shared('change')) ways.push({ group, action: 'view', scope: 'shared' })
    if (shared('change')) ways.push({ group, action: 'change', scope: 'shared' })
    return ways
  })
}
