import { on, type BusEvent, type EventType, type Handler } from '@vitrylo/events'
import type { Tx } from '@vitrylo/pg'
import {
  RequestAssignedEvent,
  RequestChangedEvent,
  RequestClosedEvent,
  RequestRegisteredEvent,
  RequestReopenedEvent,
  RequestTakenEvent,
} from '@vitrylo/proto/events.ts'
import { RequestChannel, RequestState, type Request } from '@vitrylo/proto/vitrylo/servicedesk/v1/request.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { insertRecordEntry, moveEntries, moveToClient, saveRecord } from '../timeline/record-sql.ts'
import { filled } from './filled.ts'

type Message = { request: Request | undefined; actorId: string }

const SECTION = 'requests'

async function apply(tx: Tx, event: BusEvent, { request, actorId }: Message, kind: string, data: Record<string, string | undefined>, at?: Date): Promise<void> {
  const r = request!
  const isNewest = await saveRecord(tx, {
    section: SECTION,
    id: r.id,
    counterpartyId: r.counterpartyId,
    revision: event.revision,
    title: r.subject,
    number: r.number,
    state: wordOf(RequestState, r.state),
    open: r.state !== RequestState.CLOSED,
    ownerId: r.ownerId,
    branchId: r.branchId,
    dueTime: r.dueTime,
    updateTime: r.updateTime ?? new Date(event.time),
  })
  if (isNewest) await moveToClient(tx, { section: SECTION, id: r.id })
  // When it came may be corrected: its registration stands there.
  if (isNewest && r.receiveTime !== undefined) await moveEntries(tx, { section: SECTION, recordId: r.id, kind: 'request-registered', at: r.receiveTime })
  await insertRecordEntry(tx, {
    id: event.id,
    counterpartyId: r.counterpartyId,
    at: at ?? new Date(event.time),
    kind,
    section: SECTION,
    recordId: r.id,
    actorId,
    // How it came: one of a call has no subject until somebody says one.
    data: filled({ number: r.number, subject: r.subject, channel: wordOf(RequestChannel, r.channel), missedCall: r.missedCall ? 'true' : undefined, ...data }),
  })
}

type At = (request: Request) => Date | undefined

const handle = <T extends Message>(type: EventType<T>, kind: string, data: (request: Request) => Record<string, string | undefined> = () => ({}), at: At = () => undefined): Handler =>
  on(type, (tx, message, event) => apply(tx, event, message, kind, data(message.request!), at(message.request!)))

export const requestHandlers: Handler[] = [
  handle(RequestRegisteredEvent, 'request-registered', (r) => ({
    ownerId: r.ownerId,
    dueTime: r.dueTime?.toISOString(),
    // Of one that is entered later: when it came.
  }), ({ receiveTime }) => receiveTime),
  handle(RequestChangedEvent, 'request-changed'),
  handle(RequestTakenEvent, 'request-taken', ({ ownerId }) => ({ ownerId })),
  handle(RequestAssignedEvent, 'request-assigned', ({ ownerId }) => ({ ownerId })),
  handle(RequestClosedEvent, 'request-closed', ({ resolution, sameAsNumber, sameAsId }) => ({ resolution, sameAs: sameAsNumber, sameAsId })),
  handle(RequestReopenedEvent, 'request-reopened', ({ ownerId }) => ({ ownerId })),
]
