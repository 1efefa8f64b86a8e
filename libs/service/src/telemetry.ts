import { stats, type Consumer } from '@vitrylo/events'
import type { Pool } from '@vitrylo/pg'
import { gauge, metricsText, observe, startTelemetry, type Reading } from '@vitrylo/telemetry'
import type { Logger } from 'pino'
import { Refusal, type Env } from './settings.ts'
import type { Stop } from './define.ts'

const OUTBOX_AGE = gauge('vitrylo_outbox_age_seconds', 'How long the oldest event waits for the bus', 's')
const PARKED = gauge('vitrylo_outbox_parked', 'Events that the bus refused')
const DEAD_LETTERS = gauge('vitrylo_dead_letters', 'Events that a handler could not apply')
const LAG = gauge('vitrylo_consumer_lag', 'Events that a consumer has not applied yet')
const CONNECTIONS = gauge('db_client_connections', 'Connections of a pool to its database')
const CONNECTIONS_MAX = gauge('db_client_connections_max', 'Connections that a pool may have')
const CONNECTIONS_PENDING = gauge('db_client_connections_pending', 'Requests that wait for a connection of a pool')

/** Starts what the environment asks for; a wrong setting of OpenTelemetry refuses the start like any other. */
export async function openTelemetry(env: Env, name: string, log: Logger): Promise<Stop> {
  return startTelemetry(env, name, log).catch((error: Error) => {
    throw new Refusal(error.message)
  })
}

/** For the health listener: the metrics, when they are wanted. */
export const metricsOf = (env: Env): (() => Promise<string>) | undefined => (env.VITRYLO_METRICS === '1' ? metricsText : undefined)

type Observed = { name: string; pool: Pool; consumers: Readonly<Record<string, Pick<Consumer, 'lag'>>> }

/** The gauges that every process with a database and consumers has. Gives their end. */
export function observeStores({ name, pool, consumers }: Observed): Stop {
  const ends = [
    observe([CONNECTIONS, CONNECTIONS_MAX, CONNECTIONS_PENDING], () => readPool(name, pool)),
    observe([OUTBOX_AGE, PARKED, DEAD_LETTERS], async () => {
      const { oldestUnpublishedSeconds, parked, deadLetters } = await stats(pool)
      const component = { component: name }
      return [[OUTBOX_AGE, oldestUnpublishedSeconds, component], [PARKED, parked, component], [DEAD_LETTERS, deadLetters, component]]
    }),
    observe([LAG], async () => {
      const lags = await Promise.all(Object.entries(consumers).map(async ([group, consumer]) => ({ group, lag: await consumer.lag() })))
      return lags.flatMap(({ group, lag }) => Object.entries(lag).map(([topic, events]): Reading => [LAG, events, { group, topic }]))
    }),
  ]
  return async () => ends.forEach((end) => end())
}

function readPool(name: string, pool: Pool): Reading[] {
  const { totalCount, idleCount, waitingCount } = pool
  return [
    [CONNECTIONS, totalCount - idleCount, { pool: name, state: 'used' }],
    [CONNECTIONS, idleCount, { pool: name, state: 'idle' }],
    [CONNECTIONS_MAX, pool.options.max, { pool: name }],
    [CONNECTIONS_PENDING, waitingCount, { pool: name }],
  ]
}
