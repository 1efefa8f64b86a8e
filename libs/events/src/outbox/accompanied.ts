import { AsyncLocalStorage } from 'node:async_hooks'
import type { OutgoingEvent } from '../event.ts'

/** Knows what else must be stored together with events: it costs no statement of its own. */
export type Companion = {
  with(events: readonly OutgoingEvent[]): readonly OutgoingEvent[]
  /** Whom such changes concern is told of them all at once: there is no notice of each. Open pages follow each all the same. */
  readonly notified?: boolean
}

const companions = new AsyncLocalStorage<Companion>()

/** Whatever `work` puts into the outbox goes in company. */
export const accompanied = <T>(by: Companion, work: () => T): T => companions.run(by, work)

/** Of the work that runs now. */
export const currentCompanion = (): Companion | undefined => companions.getStore()

export const companionsOf = (events: readonly OutgoingEvent[]): readonly OutgoingEvent[] => companions.getStore()?.with(events) ?? []
