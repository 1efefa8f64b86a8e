import { randomUUID } from 'node:crypto'
import type { OutgoingEvent } from '@vitrylo/events'
import { SubjectErasedEvent } from '@vitrylo/proto/events.ts'
import { SubjectKind } from '@vitrylo/proto/vitrylo/privacy/v1/subject.ts'

/** What contacts tells when a counterparty is erased, and records that were found to be theirs. */
export const erased = (counterpartyId: string, recordIds: readonly string[] = []): OutgoingEvent => ({
  type: SubjectErasedEvent, key: counterpartyId, revision: 1,
  data: { requestId: randomUUID(), subject: { kind: SubjectKind.COUNTERPARTY, id: counterpartyId, counterpartyIds: [counterpartyId], contactPersonIds: [], recordIds }, actorId: '' },
})
