import { changes } from './changes.ts'
import type { Fact } from './changes.ts'
import { createComponents } from './components.ts'
import type { Component } from './components.ts'
import { isCallEvent } from './events.ts'
import type { AdapterEvent, CallEvent } from './events.ts'
import { groupCalls } from './grouping.ts'
import { isBorn } from './legs.ts'
import type { Call, PbxConfig } from './model.ts'
import { reduceCall } from './reducer.ts'
import { createResync } from './resync.ts'

export type Change = { before: Call | undefined; after: Call; facts: Fact[] }

export type Applied = {
  /** The call events that were new, in the order given, with those derived from a snapshot: what the log stores. */
  accepted: CallEvent[]
  /** Calls whose record is another one now, oldest first. */
  changed: Change[]
  /** A call that turned out to be a part of an older one: its record is to be removed, its events are the other's. */
  merged: { from: string; into: string }[]
  /** Call id of each accepted event that belongs to a known call, by event id. */
  callOf: Map<string, string>
}

/** A leg that the PBX has, as far as the events tell. Its call was last heard of at `lastAt`, by our clock `lastHeardAt`. */
export type LivingLeg = { leg: string; call: string; bornAt: number; lastAt: number; lastHeardAt: number }

export type CallTracker = {
  /** Takes new events, in any order and any number of times. Not to be repeated when storing the result fails. */
  apply(events: readonly AdapterEvent[]): Applied
  /** Takes back the events of calls that had not ended, as stored, with the ids they had. Before the first `apply`. */
  restore(calls: readonly { callId: string; events: readonly CallEvent[] }[]): void
  livingLegs(): LivingLeg[]
  /** The calls that have not ended. */
  livingCalls(): Call[]
}

/** Ended calls are kept this long for events that come late; afterwards their keys are known to be old for an hour. */
const KEEP_ENDED_MS = 60_000

/** The calls of one PBX in memory: every event gives the calls it touches anew from all their events. */
export function createCallTracker(config: PbxConfig): CallTracker {
  const components = createComponents(KEEP_ENDED_MS)
  const resync = createResync(config.pbxId)
  const livingLegs = () => components.all().flatMap((component) => component.living)

  function apply(events: readonly AdapterEvent[]): Applied {
    const applied: Applied = { accepted: [], changed: [], merged: [], callOf: new Map() }
    const touched = new Set<Component>()
    const stale = new Set<Component>()
    const forget = (merged: Component) => touched.delete(merged) && stale.delete(merged)
    const add = (event: CallEvent) => {
      const component = components.add(event, forget)
      if (component === undefined) return
      applied.accepted.push(event)
      touched.add(component)
      stale.add(component)
    }
    const settle = () => {
      for (const component of stale) refresh(component)
      stale.clear()
    }
    for (const event of events) {
      if (isCallEvent(event)) add(event)
      else if (event.type !== 'agent.state' && event.type !== 'device.state') {
        settle()
        for (const gone of resync(event, livingLegs())) add(gone)
      }
    }
    settle()
    for (const component of touched) report(component, applied)
    for (const event of applied.accepted) {
      const id = components.callOf(event)
      if (id !== undefined) applied.callOf.set(event.eventId, id)
    }
    components.prune()
    applied.changed.sort((a, b) => a.after.startTime - b.after.startTime)
    return applied
  }

  function refresh(component: Component) {
    const next = new Map<string, Call>()
    component.idByEvent.clear()
    component.living = []
    for (const parts of groupCalls(component.events.values(), config)) {
      for (const leg of parts.legs.filter(isBorn)) {
        const { uid, firstCall, bornAt, endedAt } = leg
        const { lastAt, lastHeardAt } = parts
        if (endedAt === undefined) component.living.push({ leg: uid, call: firstCall, bornAt, lastAt, lastHeardAt })
      }
      const call = reduceCall(parts)
      if (call === undefined) continue
      const { id, absorbed } = claimId(component, call, next)
      next.set(id, { ...call, id })
      for (const event of parts.events) component.idByEvent.set(event.eventId, id)
      for (const from of absorbed) component.absorbed.set(from, id)
    }
    component.calls = next
  }

  function report(component: Component, applied: Applied) {
    for (const [from, into] of component.absorbed) {
      if (component.reported.delete(from)) applied.merged.push({ from, into })
    }
    for (const [id, after] of component.calls) {
      const before = component.reported.get(id)
      if (JSON.stringify(before) === JSON.stringify(after)) continue
      component.reported.set(id, after)
      applied.changed.push({ before, after, facts: changes(before, after) })
    }
  }

  function restore(calls: readonly { callId: string; events: readonly CallEvent[] }[]) {
    for (const { callId, events } of calls) {
      for (const event of events) components.add(event)?.idByKey.set(event.leg, callId)
    }
    for (const component of components.all()) {
      refresh(component)
      component.reported = new Map(component.calls)
    }
  }

  const livingCalls = () =>
    components.all().flatMap((component) => [...component.calls.values()].filter((call) => call.state !== 'ended'))
  return { apply, restore, livingLegs, livingCalls }
}

/** A call keeps the id that the oldest of its legs' calls had; ids once given never change. */
function claimId(component: Component, call: Call, taken: Map<string, Call>): { id: string; absorbed: string[] } {
  const known = new Set(call.legKeys.map((key) => component.idByKey.get(key)).filter((id) => id !== undefined))
  const free = [...known].filter((id) => !taken.has(id))
  const age = (id: string) => component.calls.get(id)?.startTime ?? Infinity
  const [id = call.id, ...absorbed] = free.sort((a, b) => age(a) - age(b) || (a < b ? -1 : 1))
  for (const key of call.legKeys) component.idByKey.set(key, id)
  return { id, absorbed }
}
