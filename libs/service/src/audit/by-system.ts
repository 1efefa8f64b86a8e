import type { BusEvent, Handler } from '@vitrylo/events'
import type { Tx } from '@vitrylo/pg'
import type { Deps } from '../define.ts'
import type { Deed } from './deed.ts'
import { auditKeyOf } from './key.ts'
import { recorded } from './scope.ts'

/**
 * The same handlers, but a record that they change by the rules of the house has an entry: by the system, with the event that was the
 * cause. It is stored by the statement that stores their events, and costs none of its own.
 */
export const bySystem = (deps: Pick<Deps, 'pool' | 'rights' | 'now'>, handlers: readonly Handler[]): Handler[] =>
  handlers.map((handler) => ({
    ...handler,
    async handle(tx, events) {
      for (const event of events) await recorded(await deedOf(deps, tx, event), tx, () => handler.handle(tx, [event]))
    },
  }))

type Done = { method: string; section: string; id: string; place: NonNullable<Deed['place']> }

/** The same for what a clock of the house does with a record, and tells to single people only. */
export async function doneBySystem<T>(deps: Pick<Deps, 'pool' | 'rights' | 'now'>, tx: Tx, { method, section, id, place }: Done, work: (tx: Tx) => Promise<T>): Promise<void> {
  const deed = await deedOf(deps, tx, { id: '', type: method, key: id })
  await recorded({ ...deed, method, section, place, always: true, request: { id } }, tx, async (inner): Promise<void> => void (await work(inner)))
}

async function deedOf({ pool, rights, now }: Pick<Deps, 'pool' | 'rights' | 'now'>, tx: Tx, { id, type, key }: Pick<BusEvent, 'id' | 'type' | 'key'>): Promise<Deed> {
  const caller = rights.callerOf({ subject: '', username: SYSTEM, groups: [], client: '', sessionId: undefined, expiresAt: 0 })
  return { caller, section: '', action: 'change', method: `Event.${type.slice(type.lastIndexOf('.') + 1)}`, address: '', now: now(), request: { eventId: id, cause: type, key }, job: true, system: true, key: await auditKeyOf(pool, tx), rights: () => rights.data() }
}

/** Whose name stands in entries of what nobody asked for. */
const SYSTEM = 'system'
