import { on, type BusEvent, type Handler } from '@vitrylo/events'
import type { Tx } from '@vitrylo/pg'
import { ContactPersonChangedEvent, ContactPersonDeletedEvent, CounterpartyChangedEvent, CounterpartyCreatedEvent } from '@vitrylo/proto/events.ts'
import type { Channel, Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { removeParty, saveParty } from '../party/party-sql.ts'

/** Names and phones follow contacts, so that a ringing phone needs no other service. */
export const partyHandlers: Handler[] = [
  on(CounterpartyCreatedEvent, (tx, { counterparty }, event) => takeCounterparty(tx, counterparty!, event)),
  on(CounterpartyChangedEvent, (tx, { counterparty }, event) => takeCounterparty(tx, counterparty!, event)),
  on(ContactPersonChangedEvent, async (tx, { contactPerson }, { revision }) => {
    const person = contactPerson!
    await saveParty(tx, {
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
  }),
  on(ContactPersonDeletedEvent, async (tx, { id }) => {
    await removeParty(tx, id)
  }),
]

function takeCounterparty(tx: Tx, counterparty: Counterparty, { revision }: BusEvent): Promise<void> {
  return saveParty(tx, {
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
}

const phonesOf = (channels: readonly Channel[]): string[] => channels.map(({ e164 }) => e164).filter((number) => number !== '')
