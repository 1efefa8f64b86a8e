import { onMany, type Handler } from '@vitrylo/events'
import { AuditFactEvent } from '@vitrylo/proto/events.ts'
import { appendEntries } from './append-entries.ts'

/** What every service tells the audit log, in the order in which it comes. */
export const auditHandlers: Handler[] = [
  onMany([AuditFactEvent], async (tx, received) => {
    await appendEntries(tx, received.map(({ message, event }) => ({ id: event.id, at: new Date(event.time), fact: message })))
  }),
]
