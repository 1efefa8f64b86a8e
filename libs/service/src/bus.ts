import { AccessRefused, createKafkaBus, createPgBus, MissingTopics, type Bus } from '@vitrylo/events'
import type { Logger } from 'pino'
import type { BusConfig } from './config.ts'
import { Refusal } from './settings.ts'

const KAFKA = 'kafka://'

/** The bus of the settings: Kafka, or the log in PostgreSQL. */
export async function connectBus({ busUrl, kafka }: BusConfig, clientId: string, log: Logger): Promise<Bus> {
  if (!busUrl.startsWith(KAFKA)) return createPgBus({ url: busUrl, log })
  return createKafkaBus({ ...kafka, brokers: busUrl.slice(KAFKA.length).split(','), clientId, log })
}

/** A bus that answers and refuses us will do so again: only a setting or the command `topics` mends that. */
export async function refusedByBus<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof MissingTopics || error instanceof AccessRefused) throw new Refusal(`setting VITRYLO_BUS_URL: ${error.message}`, { cause: error })
    throw error
  }
}
