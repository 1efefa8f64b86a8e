import { on, type BusEvent, type Handler } from '@vitrylo/events'
import type { Tx } from '@vitrylo/pg'
import { CallCorrectedEvent, CallEndedEvent } from '@vitrylo/proto/events.ts'
import { CallDirection, CallDisposition, CallState, type Call } from '@vitrylo/proto/vitrylo/telephony/v1/call.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { refreshContacts } from '../interaction/contact-facts.ts'
import { insertRecordEntry, removeEntry, saveRecord } from '../timeline/record-sql.ts'
import { filled } from './filled.ts'

const SECTION = 'calls'

/**
 * A call is one entry, under its own id: later evidence may change its figures and even whose call it was, and then
 * the entry is told anew, on the right timeline.
 */
async function apply(tx: Tx, event: BusEvent, call: Call): Promise<void> {
  if (call.state !== CallState.ENDED) return
  const { id, counterpartyId } = call
  const number = call.customerNumber || call.customerNumberRaw
  const disposition = wordOf(CallDisposition, call.disposition)
  const at = call.startTime ?? new Date(event.time)
  const ownerId = event.headers.owner ?? call.ownerAgent?.employeeId
  const newer = await saveRecord(tx, {
    section: SECTION,
    id,
    counterpartyId,
    revision: event.revision,
    title: number,
    number,
    state: disposition,
    open: false,
    ownerId,
    branchId: event.headers.branch ?? call.branchId,
    updateTime: at,
  })
  if (!newer) return
  const before = await removeEntry(tx, id)
  await insertRecordEntry(tx, {
    id,
    counterpartyId,
    at,
    kind: 'call-ended',
    section: SECTION,
    recordId: id,
    actorId: call.ownerAgent?.employeeId,
    data: filled({
      direction: wordOf(CallDirection, call.direction),
      disposition,
      number,
      person: call.contactPersonName,
      queue: call.queues.at(-1),
      // To the millisecond: whoever shows them cuts to whole seconds, as of the call itself.
      waitSeconds: String(call.waitSeconds),
      talkSeconds: String(call.talkSeconds),
      requestId: call.requestId,
    }),
  })
  // Evidence may come that it was another's call, or that nobody answered: then the last contact falls back.
  await refreshContacts(tx, [before, counterpartyId].flatMap((one) => one || []))
}

export const callHandlers: Handler[] = [
  on(CallEndedEvent, (tx, { call }, event) => apply(tx, event, call!)),
  on(CallCorrectedEvent, (tx, { call }, event) => apply(tx, event, call!)),
]
