import { on, type Handler } from '@vitrylo/events'
import { CounterpartyMergedEvent, CounterpartyMergeUndoneEvent } from '@vitrylo/proto/events.ts'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { followMerge } from '@vitrylo/service'
import { saveStates } from '../counterparty/counterparty-sql.ts'

const stateOf = (counterparty: Counterparty) => ({ counterparty, revision: Number(counterparty.etag) })

/** Both clients and all requests in the transaction of the event: nobody ever finds both, or one between them. */
export const mergeHandlers: Handler[] = [
  on(CounterpartyMergedEvent, async (tx, { mergeId, survivor, merged }) => {
    await saveStates(tx, [stateOf(survivor!), stateOf(merged!)])
    await followMerge(tx, { mergeId, survivorId: survivor!.id, mergedId: merged!.id, undone: false }, ['request'])
  }),
  on(CounterpartyMergeUndoneEvent, async (tx, { mergeId, survivor, restored }) => {
    await saveStates(tx, [stateOf(survivor!), stateOf(restored!)])
    await followMerge(tx, { mergeId, survivorId: survivor!.id, mergedId: restored!.id, undone: true }, ['request'])
  }),
]
