import { onMany, type Handler } from '@vitrylo/events'
import { CounterpartyChangedEvent, CounterpartyCreatedEvent } from '@vitrylo/proto/events.ts'
import { saveClients } from '../counterparty/counterparty-sql.ts'

export const onCounterparty: Handler = onMany([CounterpartyCreatedEvent, CounterpartyChangedEvent], saveClients)
