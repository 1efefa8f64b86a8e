import { rightsHandlers, rightsProjection } from '@vitrylo/auth'
import type { Handler, Projection } from '@vitrylo/events'
import { sharesHandler } from '@vitrylo/service'
import type { Contract } from '@vitrylo/proto/contract.ts'
import { liveHandlers } from './live/live-handlers.ts'

const RIGHTS_GROUP = 'gateway-rights'

/** What can be made anew from the bus, and whose it is. */
export const projected: { group: string; projections: Projection[] } = { group: RIGHTS_GROUP, projections: [rightsProjection] }

/** The consumers of the gateway. Two: a flood of live events must not hold up a right that was taken away. */
export const groupsOf = (contract: Contract, now: () => number): Record<typeof RIGHTS_GROUP | 'gateway', Handler[]> => ({
  [RIGHTS_GROUP]: [...rightsHandlers, sharesHandler([])],
  gateway: liveHandlers(contract, now),
})
