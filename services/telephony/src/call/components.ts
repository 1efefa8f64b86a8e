import { keysOf } from './events.ts'
import type { CallEvent } from './events.ts'
import type { Call } from './model.ts'
import type { LivingLeg } from './tracker.ts'

/** Events tied together by the keys they name: one call, or several that shared a key one after another. */
export type Component = {
  events: Map<string, CallEvent>
  keys: Set<string>
  idByKey: Map<string, string>
  idByEvent: Map<string, string>
  calls: Map<string, Call>
  /** Calls that became part of another one: from its id to the other's. */
  absorbed: Map<string, string>
  /** The calls as they were last told of. */
  reported: Map<string, Call>
  living: LivingLeg[]
  lastAt: number
  lastReceivedAt: number
}

export type Components = {
  /** Undefined for an event that is known already, or that comes after its call was forgotten. */
  add(event: CallEvent, onMerge?: (from: Component) => void): Component | undefined
  callOf(event: CallEvent): string | undefined
  all(): Component[]
  /** Forgets ended calls. */
  prune(): void
}

const KEEP_KEYS_MS = 3_600_000

export function createComponents(keepEndedMs: number): Components {
  const byKey = new Map<string, Component>()
  const current = new Set<Component>()
  const old = new Map<string, { lastAt: number; forgottenAt: number }>()
  let clock = 0

  function merge(into: Component, from: Component) {
    for (const [id, event] of from.events) into.events.set(id, event)
    for (const [key, id] of from.idByKey) into.idByKey.set(key, id)
    for (const [id, call] of from.calls) into.calls.set(id, call)
    for (const [id, other] of from.absorbed) into.absorbed.set(id, other)
    for (const [id, call] of from.reported) into.reported.set(id, call)
    for (const key of from.keys) {
      into.keys.add(key)
      byKey.set(key, into)
    }
    into.lastAt = Math.max(into.lastAt, from.lastAt)
    into.lastReceivedAt = Math.max(into.lastReceivedAt, from.lastReceivedAt)
    current.delete(from)
  }

  function componentFor(keys: string[], onMerge?: (from: Component) => void): Component {
    const [first, ...others] = new Set(keys.map((key) => byKey.get(key)).filter((found) => found !== undefined))
    const component = first ?? empty()
    for (const other of others) {
      merge(component, other)
      onMerge?.(other)
    }
    for (const key of keys) {
      component.keys.add(key)
      byKey.set(key, component)
    }
    current.add(component)
    return component
  }

  function add(event: CallEvent, onMerge?: (from: Component) => void): Component | undefined {
    const keys = keysOf(event)
    clock = Math.max(clock, event.receivedAt)
    if (keys.length === 0 || isLate(event, keys)) return undefined
    const component = componentFor(keys, onMerge)
    if (component.events.has(event.eventId)) return undefined
    component.events.set(event.eventId, event)
    component.lastAt = Math.max(component.lastAt, event.at)
    component.lastReceivedAt = Math.max(component.lastReceivedAt, event.receivedAt)
    return component
  }

  // A batch of call detail records may come minutes after the calls; only a new leg gives an old key new life.
  function isLate(event: CallEvent, keys: string[]): boolean {
    if (!keys.some((key) => old.has(key)) || keys.some((key) => byKey.has(key))) return false
    const birth = event.type === 'leg.created' ? event.at : event.type === 'leg.listed' ? event.since : 0
    if (birth <= Math.max(...keys.map((key) => old.get(key)?.lastAt ?? 0))) return true
    for (const key of keys) old.delete(key)
    return false
  }

  function prune() {
    for (const component of current) {
      const over = [...component.calls.values()].every((call) => call.state === 'ended')
      if (!over || component.lastReceivedAt > clock - keepEndedMs) continue
      current.delete(component)
      for (const key of component.keys) {
        byKey.delete(key)
        old.set(key, { lastAt: component.lastAt, forgottenAt: clock })
      }
    }
    for (const [key, { forgottenAt }] of old) {
      if (forgottenAt > clock - KEEP_KEYS_MS) break
      old.delete(key)
    }
  }

  return {
    add,
    callOf: (event) => byKey.get(event.leg || event.call)?.idByEvent.get(event.eventId),
    all: () => [...current],
    prune,
  }
}

function empty(): Component {
  const maps = { idByKey: new Map(), idByEvent: new Map(), calls: new Map() }
  const told = { absorbed: new Map(), reported: new Map() }
  return { events: new Map(), keys: new Set(), living: [], lastAt: 0, lastReceivedAt: 0, ...maps, ...told }
}
