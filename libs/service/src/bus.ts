import { createKafkaBus, createPgBus, type Bus } from '@vitrylo/events'
import type { Logger } from 'pino'

/** The bus behind a url: `kafka://host:port,host:port` or `postgres://…`. */
export async function connectBus(url: string, clientId: string, log: Logger): Promise<Bus> {
  if (url.startsWith('kafka://')) return createKafkaBus({ brokers: url.slice('kafka://'.length).split(','), clientId, log })
  return createPgBus({ url, log })
}
