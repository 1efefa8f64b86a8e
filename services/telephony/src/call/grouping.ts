import { byTime, keysOf } from './events.ts'
import type { CallEvent } from './events.ts'
import { applyToLeg, newLeg } from './legs.ts'
import type { Leg } from './legs.ts'
import type { PbxConfig } from './model.ts'

/** What is known of one call: its legs, and the events that are about the call and not about one leg. */
export type CallParts = {
  config: PbxConfig
  legs: Leg[]
  /** In time order. */
  events: CallEvent[]
  /** The leg a provider's key meant in this call. */
  legByUid: Map<string, Leg>
  lastAt: number
  lastHeardAt: number
}

const NEW_LIFE_MS = 1_000
const NEVER = { lastAt: 0, lastHeardAt: 0 }

/**
 * Sorts the events of one PBX into calls. Legs are of one call when an event names them together, or names their
 * grouping key: so a consultation becomes part of the customer's call at the transfer and not before.
 */
export function groupCalls(events: Iterable<CallEvent>, config: PbxConfig): CallParts[] {
  const legs = new Map<string, Leg>()
  const current = new Map<string, Leg>()
  const groups = createGroups()
  const placed: [CallEvent, Leg][] = []

  function legFor(uid: string, event: CallEvent): Leg {
    const known = current.get(uid)
    if (known !== undefined && !(uid === event.leg && isNewLife(known, event))) return known
    const key = known === undefined ? uid : `${known.key}#`
    const leg = newLeg(key, uid, event.call)
    legs.set(key, leg)
    current.set(uid, leg)
    return leg
  }

  for (const event of [...events].sort(byTime)) {
    const [first = event.leg, ...others] = keysOf(event)
    const leg = legFor(event.leg || first, event)
    for (const key of others) groups.join(leg.key, legFor(key, event).key)
    if (event.type === 'legs.paired') pair(leg, legFor(event.other, event))
    applyToLeg(leg, event, config)
    placed.push([event, leg])
  }
  return collect([...legs.values()], placed, groups, config)
}

function pair(one: Leg, two: Leg) {
  one.pair = two.key
  two.pair = one.key
}

// The PBX gives out a key again after a restart, and takes our own key again once the call that had it is over.
function isNewLife(leg: Leg, event: CallEvent): boolean {
  if (leg.endedAt === undefined) return false
  if (event.type === 'leg.created') return event.at > leg.endedAt
  return event.type === 'leg.listed' && event.since > leg.endedAt + NEW_LIFE_MS
}

function collect(legs: Leg[], placed: [CallEvent, Leg][], groups: Groups, config: PbxConfig): CallParts[] {
  const calls = new Map<string, CallParts>()
  for (const leg of legs) {
    const root = groups.find(leg.key)
    const parts: CallParts = calls.get(root) ?? { config, legs: [], events: [], legByUid: new Map(), ...NEVER }
    parts.legs.push(leg)
    parts.legByUid.set(leg.uid, leg)
    calls.set(root, parts)
  }
  for (const [event, leg] of placed) {
    const parts = calls.get(groups.find(leg.key))
    if (parts === undefined) continue
    parts.events.push(event)
    parts.lastAt = Math.max(parts.lastAt, event.at)
    parts.lastHeardAt = Math.max(parts.lastHeardAt, event.receivedAt)
  }
  return [...calls.values()]
}

type Groups = { find(key: string): string; join(a: string, b: string): void }

/** Union and find over keys. */
export function createGroups(): Groups {
  const parents = new Map<string, string>()
  function find(key: string): string {
    const parent = parents.get(key)
    if (parent === undefined) return key
    const root = find(parent)
    parents.set(key, root)
    return root
  }
  return {
    find,
    join(a, b) {
      const [rootA, rootB] = [find(a), find(b)]
      if (rootA !== rootB) parents.set(rootB, rootA)
    },
  }
}
