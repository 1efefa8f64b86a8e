import { rightsHandlers } from '@vitrylo/auth'
import type { Handler } from '@vitrylo/events'
import { sharesHandler } from '@vitrylo/service'
import type { Contract } from '@vitrylo/proto/contract.ts'
import { liveHandlers } from './live/live-handlers.ts'

/** The consumers of the gateway. Two: a flood of live events must not hold up a right that was taken away. */
export const groupsOf = (contract: Contract, now: () => number): Record<'gateway-rights' | 'gateway', Handler[]> => ({
  'gateway-rights': [...rightsHandlers, sharesHandler([])],
  gateway: liveHandlers(contract, now),
})
