import { on, type Handler } from '@vitrylo/events'
import { CounterpartyChangedEvent, CounterpartyCreatedEvent } from '@vitrylo/proto/events.ts'
import { saveClient } from '../counterparty/counterparty-sql.ts'

export const onCounterparty: Handler[] = [
  on(CounterpartyCreatedEvent, (tx, { counterparty }, { revision }) => saveClient(tx, counterparty!, revision)),
  on(CounterpartyChangedEvent, (tx, { counterparty }, { revision }) => saveClient(tx, counterparty!, revision)),
]
