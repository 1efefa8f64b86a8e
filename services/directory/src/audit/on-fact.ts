import { onMany, type Handler } from '@vitrylo/events'
import { AuditFactEvent } from '@vitrylo/proto/events.ts'
import { isUuid } from '@vitrylo/pg'
import { noteSignedIn } from '../employee/employee-sql.ts'
import { appendEntries } from './append-entries.ts'
import type { Signer } from './signer.ts'

/** What every service tells the audit log, in the order in which it comes. */
export const auditHandlers = (signer: Signer | undefined): Handler[] => [
  onMany([AuditFactEvent], async (tx, received) => {
    await appendEntries(tx, received.map(({ message, event }) => ({ id: event.id, at: new Date(event.time), fact: message })), signer)
    // A user may be nobody's.
    const arrived = received.flatMap(({ message: { section, action, actorId } }) => (section === 'sessions' && action === 'signed-in' && isUuid(actorId) ? [actorId] : []))
    if (arrived.length > 0) await noteSignedIn(tx, arrived)
  }),
]
