import type { Channel, Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { Counterparty as counterpartyCodec } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { ContactPerson as personCodec, type ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'

export const phone = (value: string, more: Partial<Channel> = {}): Channel =>
  ({ kind: 'CHANNEL_KIND_PHONE', value, e164: '', label: '', primary: false, consent: 'CHANNEL_CONSENT_UNSPECIFIED', blocked: false, ...more })

export const email = (value: string): Channel => ({ kind: 'CHANNEL_KIND_EMAIL', value, e164: '', label: '', primary: false, consent: 'CHANNEL_CONSENT_UNSPECIFIED', blocked: false })

export const organisation = (displayName: string, more: Partial<Counterparty> = {}): { counterparty: Counterparty } => ({
  counterparty: counterpartyCodec.fromPartial({ kind: 'COUNTERPARTY_KIND_ORGANISATION', displayName, ...more }),
})

export const person = (displayName: string, counterpartyIds: string[], more: Partial<ContactPerson> = {}): { contactPerson: ContactPerson } => ({
  contactPerson: personCodec.fromPartial({
    displayName,
    positions: counterpartyIds.map((counterpartyId) => ({ counterpartyId, title: 'бухгалтерка', decisionRole: 'DECISION_ROLE_DECIDES' })),
    ...more,
  }),
})
