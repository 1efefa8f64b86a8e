import { newest, on, onMany, type Handler } from '@vitrylo/events'
import {
  ContactPersonChangedEvent,
  ContactPersonDeletedEvent,
  CounterpartyChangedEvent,
  CounterpartyCreatedEvent,
} from '@vitrylo/proto/events.ts'
import type { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import type { Channel, Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { mergeHandlers } from '@vitrylo/service'
import { removePerson, saveParties, type Party } from '../party/party-sql.ts'

/** Names and phones follow contacts, so that a ringing phone needs no other service. */
export const partyHandlers: Handler[] = [
  onMany<{ counterparty?: Counterparty }>([CounterpartyCreatedEvent, CounterpartyChangedEvent], (tx, received) =>
    saveParties(tx, newest(received).map(({ message, event }) => partyOfCounterparty(message.counterparty!, event))),
  ),
  onMany([ContactPersonChangedEvent], (tx, received) =>
    saveParties(tx, newest(received).map(({ message, event }) => partyOfPerson(message.contactPerson!, event))),
  ),
  on(ContactPersonDeletedEvent, (tx, { id }, { revision }) => removePerson(tx, id, revision)),
  ...mergeHandlers((tx, states) => saveParties(tx, states.map((state) => partyOfCounterparty(state.counterparty, state))), 'call'),
]

const partyOfCounterparty = (counterparty: Counterparty, { revision }: { revision: number }): Party => ({
  id: counterparty.id,
  kind: 'counterparty',
  name: counterparty.displayName,
  counterpartyIds: [counterparty.id],
  branchId: counterparty.branchId,
  responsibleId: counterparty.responsibleId,
  deleted: counterparty.deleteTime !== undefined,
  revision,
  phones: phonesOf(counterparty.channels),
})

const partyOfPerson = (person: ContactPerson, { revision }: { revision: number }): Party => ({
  id: person.id,
  kind: 'person',
  name: person.displayName,
  counterpartyIds: person.positions.map(({ counterpartyId }) => counterpartyId),
  branchId: person.branchId || undefined,
  responsibleId: person.responsibleId || undefined,
  deleted: false,
  revision,
  phones: phonesOf(person.channels),
})

const phonesOf = (channels: readonly Channel[]): string[] => channels.map(({ e164 }) => e164).filter((number) => number !== '')
