import type { Caller } from '@vitrylo/auth'
import type { EventType } from '@vitrylo/events'
import { ConsentGivenEvent, ConsentWithdrawnEvent } from '@vitrylo/proto/events.ts'
import { ConsentSource, type Consent, type ConsentPurpose } from '@vitrylo/proto/vitrylo/contacts/v1/consent.ts'
import { wordOf } from '@vitrylo/proto/words.ts'
import { newId } from '@vitrylo/service'
import { filled } from '../events/filled.ts'
import type { Fact } from '../timeline/publish.ts'

export type Told = { consent: Consent; purpose: ConsentPurpose; place: { branchId: string | undefined; ownerId: string | undefined }; caller: Caller; now: Date }

export const consentGiven = (told: Told): Fact => fact(told, ConsentGivenEvent, 1, 'consent-given', told.consent.source)

export const consentWithdrawn = (told: Told): Fact => fact(told, ConsentWithdrawnEvent, 2, 'consent-withdrawn', told.consent.withdrawSource)

function fact({ consent, purpose, place, caller, now }: Told, type: EventType<any>, revision: number, kind: string, source: ConsentSource): Fact {
  const actorId = caller.employeeId ?? ''
  const { counterpartyId } = consent
  const event = { id: newId(), time: now, key: consent.id, revision, counterpartyId, ...place, type, data: { consent, actorId } }
  const data = filled({ purposeUk: purpose.name!.uk, purposeEn: purpose.name!.en, version: String(consent.version), source: wordOf(ConsentSource, source) })
  return { event, entries: [{ id: event.id, counterpartyId, at: now, kind, section: 'counterparties' as const, recordId: consent.id, actorId, data }] }
}
