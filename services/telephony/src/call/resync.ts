import { eventId } from './event-id.ts'
import type { EventOf, PbxEvent } from './events.ts'
import type { LivingLeg } from './tracker.ts'

type Gone = EventOf<'leg.gone'>
type Told = Extract<PbxEvent, { type: 'pbx.snapshot' | 'pbx.stopping' | 'pbx.booted' }>

/**
 * Says which legs are gone, from what the PBX says it has. A leg last heard of before the PBX started has not outlived
 * that; both times are ours, so the PBX's clock may be set meanwhile.
 */
export function createResync(pbxId: string): (told: Told, living: readonly LivingLeg[]) => Gone[] {
  let bootedAt = -Infinity
  let missed: { leg: LivingLeg; at: number }[] = []

  function gone(told: Told, leg: LivingLeg, at: number, reason: Gone['reason']): Gone {
    const id = eventId([pbxId, 'leg.gone', leg.leg, reason, at])
    const { receivedAt } = told
    return { type: 'leg.gone', eventId: id, pbx: pbxId, at, receivedAt, leg: leg.leg, call: leg.call, reason }
  }

  function atSnapshot(told: Extract<Told, { type: 'pbx.snapshot' }>, living: readonly LivingLeg[]): Gone[] {
    const listed = new Set(told.listed)
    const missing = living.filter((leg) => !listed.has(leg.leg) && leg.bornAt < told.at)
    // The last moment of which there is evidence, and after all of it: talk that nobody saw is not counted.
    const ends = missing.map((leg) => ({ leg, at: Math.max(told.lostAt ?? leg.lastAt, leg.lastAt) + 1 }))
    missed = ends.filter(({ leg }) => leg.lastHeardAt >= bootedAt)
    return ends.map(({ leg, at }) => gone(told, leg, at, leg.lastHeardAt < bootedAt ? 'restart' : 'snapshot'))
  }

  return (told, living) => {
    // A PBX that is stopped in order hangs up first; what still lives then has been cut.
    if (told.type === 'pbx.stopping') return living.map((leg) => gone(told, leg, told.at, 'restart'))
    if (told.type === 'pbx.snapshot') return atSnapshot(told, living)
    // Right to the second that the uptime is told in. A PBX that let us in while it was starting says so after the lists.
    bootedAt = told.receivedAt - told.uptimeMs
    const lost = missed.filter(({ leg }) => leg.lastHeardAt < bootedAt)
    missed = []
    return lost.map(({ leg, at }) => gone(told, leg, at, 'restart'))
  }
}
