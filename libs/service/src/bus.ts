import { AccessRefused, createKafkaBus, createPgBus, MissingTopics, OldBusSchema, type Bus } from '@vitrylo/events'
import type { Logger } from 'pino'
import type { BusConfig } from './config.ts'
import { Refusal } from './settings.ts'

const KAFKA = 'kafka://'

/** The bus of the settings: Kafka, or the log in PostgreSQL, which without leave to migrate is only compared. */
export async function connectBus({ busUrl, kafka, migrates }: BusConfig & { migrates?: boolean }, clientId: string, log: Logger): Promise<Bus> {
  if (!busUrl.startsWith(KAFKA)) return createPgBus({ url: busUrl, log, ...(migrates !== undefined && { migrates }) })
  return createKafkaBus({ ...kafka, brokers: busUrl.slice(KAFKA.length).split(','), clientId, log })
}

/** A bus that answers and refuses us will do so again: only a setting or the command `topics` mends that. */
export async function refusedByBus<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const isRefused = [MissingTopics, OldBusSchema, AccessRefused].some((kind) => error instanceof kind)
    if (isRefused && error instanceof Error) throw new Refusal(`setting VITRYLO_BUS_URL: ${error.message}`, { cause: error })
    throw error
  }
}
