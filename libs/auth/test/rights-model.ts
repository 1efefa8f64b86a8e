// What rights mean, written from the text of the requirement and nothing else: it shares no code with the engine that is
// compared with it, and knows no trick that would make it fast.

export type Moment = number
export type ModelRule = {
  /** A group or a person. */
  holder: string
  action: string
  effect: 'allow' | 'deny'
  scope: 'own' | 'department' | 'branch' | 'all'
  from: Moment | null
  until: Moment | null
}
export type ModelPerson = {
  id: string
  branch: string
  department: string | null
  groups: string[]
  disabled: boolean
  absences: { substitute: string; from: Moment; until: Moment }[]
}
export type ModelRecord = { id: string; branch: string | null; owner: string | null }
export type ModelShare = { record: string; holder: string; action: 'view' | 'change'; until: Moment | null }
export type ModelLimit = { holder: string; field: string; kind: 'hide' | 'read-only'; yields: boolean; from: Moment | null; until: Moment | null }
export type ModelWorld = {
  /** Branch -> the one above. */
  branches: Record<string, string | null>
  people: ModelPerson[]
  rules: ModelRule[]
  records: ModelRecord[]
  shares: ModelShare[]
  limits: ModelLimit[]
}

/** May this person (or this machine, by its groups) do this to this record now? */
export function allowed(world: ModelWorld, who: ModelPerson | { groups: string[] }, action: string, record: ModelRecord, now: Moment): boolean {
  if (!('id' in who)) {
    if (says(world, null, who.groups, 'deny', action, record, now)) return false
    return says(world, null, who.groups, 'allow', action, record, now) || isLetIn(world, who.groups, action, record, now)
  }
  if (who.disabled) return false
  // Denied to me is denied, whoever else allows it and in whose stead I act.
  if (says(world, who, [...who.groups, who.id], 'deny', action, record, now)) return false
  if (holds(world, who, action, record, now)) return true
  for (const absent of world.people) {
    if (absent.disabled) continue
    for (const { substitute, from, until } of absent.absences) {
      if (substitute !== who.id || now < from || now >= until) continue
      if (holds(world, absent, action, record, now)) return true
    }
  }
  return false
}

/** What a person has by themselves; what they hold for others is not passed on. */
function holds(world: ModelWorld, person: ModelPerson, action: string, record: ModelRecord, now: Moment): boolean {
  const holders = [...person.groups, person.id]
  if (says(world, person, holders, 'deny', action, record, now)) return false
  return says(world, person, holders, 'allow', action, record, now) || isLetIn(world, holders, action, record, now)
}

function says(world: ModelWorld, person: ModelPerson | null, holders: string[], effect: ModelRule['effect'], action: string, record: ModelRecord, now: Moment): boolean {
  for (const rule of world.rules) {
    if (rule.effect !== effect || rule.action !== action || !holders.includes(rule.holder)) continue
    if (rule.from !== null && now < rule.from) continue
    if (rule.until !== null && now >= rule.until) continue
    if (isWithin(world, person, rule.scope, record)) return true
  }
  return false
}

function isWithin(world: ModelWorld, person: ModelPerson | null, scope: ModelRule['scope'], { branch, owner }: ModelRecord): boolean {
  if (scope === 'all') return true
  if (person === null) return false // a machine owns nothing and sits nowhere
  if (owner === person.id) return true
  if (scope === 'department') {
    const colleague = world.people.find(({ id }) => id === owner)
    return colleague !== undefined && person.department !== null && colleague.department === person.department
  }
  if (scope !== 'branch') return false
  let at = branch
  const seen: string[] = []
  while (at !== null && !seen.includes(at)) {
    if (at === person.branch) return true
    seen.push(at)
    at = world.branches[at] ?? null
  }
  return false
}

function isLetIn(world: ModelWorld, holders: string[], action: string, record: ModelRecord, now: Moment): boolean {
  return world.shares.some((share) => {
    if (share.record !== record.id || !holders.includes(share.holder)) return false
    if (share.until !== null && now >= share.until) return false
    // Who may change it may see it.
    return share.action === action || (share.action === 'change' && action === 'view')
  })
}

type Who = ModelPerson | { groups: string[] }
type Way = { holder: string; action: string; scope: ModelRule['scope'] | 'one record' }

/** What is taken away of a field from this person in this action. */
export function taken(world: ModelWorld, who: Who, field: string, action: string, now: Moment): 'hide' | 'read-only' | null {
  if (isTaken(world, who, field, 'hide', action, now)) return 'hide'
  return action !== 'view' && isTaken(world, who, field, 'read-only', action, now) ? 'read-only' : null
}

function isTaken(world: ModelWorld, who: Who, field: string, kind: ModelLimit['kind'], action: string, now: Moment): boolean {
  const holders = !('id' in who) ? who.groups : who.disabled ? [] : [...who.groups, who.id]
  // Who hides does not let it be written either.
  const bitten = (holder: string, mind: (limit: ModelLimit) => boolean): boolean =>
    world.limits.some((limit) => limit.holder === holder && limit.field === field && isNow(limit, now) && (kind === 'read-only' || limit.kind === 'hide') && mind(limit))
  // A limit that does not yield is a denial.
  if (holders.some((holder) => bitten(holder, ({ yields }) => !yields))) return true
  const matters = (way: Way): boolean => kind === 'hide' || way.action === action
  const leadsTo = (free: Way, way: Way): boolean => {
    if (free.action !== way.action && !(kind === 'hide' && free.action === 'view')) return false
    if (free.scope === 'all') return true
    return free.scope !== 'one record' && (way.scope === 'own' || way.scope === free.scope)
  }
  const own = waysOf(world, holders, now)
  const ownFree = own.filter(({ holder }) => !bitten(holder, () => true))
  if (own.some((way) => matters(way) && bitten(way.holder, () => true) && !ownFree.some((free) => leadsTo(free, way)))) return true
  if (!('id' in who) || who.disabled) return false
  return world.people.some((absent) => {
    if (absent.disabled || !absent.absences.some(({ substitute, from, until }) => substitute === who.id && from <= now && now < until)) return false
    const theirs = [...absent.groups, absent.id]
    const denied = theirs.some((holder) => bitten(holder, ({ yields }) => !yields))
    const ways = waysOf(world, theirs, now)
    const free = denied ? [] : ways.filter(({ holder }) => !bitten(holder, () => true))
    const saved = [...free, ...ownFree.filter(({ scope }) => scope === 'all')]
    return ways.some((way) => matters(way) && (denied || bitten(way.holder, () => true)) && !saved.some((each) => leadsTo(each, way)))
  })
}

function waysOf(world: ModelWorld, holders: string[], now: Moment): Way[] {
  const given = world.rules.filter((rule) => rule.effect === 'allow' && holders.includes(rule.holder) && isNow(rule, now))
  const shares = world.shares.filter((share) => holders.includes(share.holder))
  const letIn = shares.flatMap(({ holder, action }) => [...new Set([action, 'view'])].map((each): Way => ({ holder, action: each, scope: 'one record' })))
  return [...given.map(({ holder, action, scope }): Way => ({ holder, action, scope })), ...letIn]
}

const isNow = ({ from, until }: { from: Moment | null; until: Moment | null }, now: Moment): boolean =>
  (from === null || from <= now) && (until === null || now < until)
