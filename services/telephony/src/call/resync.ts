import { eventId } from './event-id.ts'
import type { EventOf, PbxEvent } from './events.ts'
import type { LivingLeg } from './tracker.ts'

type Told = Extract<PbxEvent, { type: 'pbx.snapshot' | 'pbx.stopping' }>

// Uptime is told in whole seconds, and the clock's offset is known to some milliseconds.
const BOOT_SLACK_MS = 2_000

/** Says which legs are gone, from what the PBX says it has. Remembers when the PBX was last known to have started. */
export function createResync(pbxId: string): (told: Told, living: readonly LivingLeg[]) => EventOf<'leg.gone'>[] {
  let lastBoot: number | null = null

  function gone(told: Told, leg: LivingLeg, at: number, reason: 'snapshot' | 'restart'): EventOf<'leg.gone'> {
    const id = eventId([pbxId, 'leg.gone', leg.leg, at])
    const { receivedAt } = told
    return { type: 'leg.gone', eventId: id, pbx: pbxId, at, receivedAt, leg: leg.leg, call: leg.call, reason }
  }

  return (told, living) => {
    // A PBX that is stopped in order hangs up first; what still lives then has been cut.
    if (told.type === 'pbx.stopping') return living.map((leg) => gone(told, leg, told.at, 'restart'))
    const { bootedAt } = told
    const restarted = bootedAt !== null && lastBoot !== null && bootedAt - lastBoot > BOOT_SLACK_MS
    lastBoot = bootedAt ?? lastBoot
    const listed = new Set(told.listed)
    const missing = living.filter((leg) => !listed.has(leg.leg) && leg.bornAt < told.at)
    return missing.map((leg) => {
      const outlived = restarted || (bootedAt !== null && leg.bornAt < bootedAt - BOOT_SLACK_MS)
      // The last moment of which there is evidence, and after all of it: talk that nobody saw is not counted.
      const at = Math.max(told.lostAt ?? leg.lastAt, leg.lastAt) + 1
      return gone(told, leg, at, outlived ? 'restart' : 'snapshot')
    })
  }
}
