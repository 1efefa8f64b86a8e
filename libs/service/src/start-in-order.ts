import type { Logger } from 'pino'
import { checkIssuer } from './check-issuer.ts'
import type { BaseConfig } from './config.ts'
import type { Stop } from './define.ts'
import { startHealth } from './health.ts'
import { createLog } from './log.ts'
import { prepareDatabase } from './prepare-database.ts'
import { createReadiness, type Readiness } from './readiness.ts'
import type { Env } from './settings.ts'
import { phases, type Phases } from './stop.ts'
import { metricsOf, openTelemetry } from './telemetry.ts'

/** What a start hands on to its parts. */
export type Common = { log: Logger; readiness: Readiness; stopping: Phases }

/** `schema`: what its database has to have. `signal`: an end that comes before the start is over. */
type Begun = { name: string; config: BaseConfig; env: Env; schema: Omit<Parameters<typeof prepareDatabase>[1], 'readiness' | 'signal'>; signal?: AbortSignal | undefined }

/**
 * Telemetry and health first, then the database as the code wants it and an issuer that answers, then what `start` adds; ready when that gives
 * its address. What was started is stopped again when a part fails, last first.
 */
export async function startInOrder<T extends object>({ name, config, env, schema, signal }: Begun, start: (common: Common) => Promise<T>): Promise<T & { stop: Stop }> {
  const log = createLog(name, config.logLevel)
  const readiness = createReadiness(log)
  const stopping = phases(log)
  const stop = () => {
    readiness.drain()
    return stopping.run()
  }
  signal?.addEventListener('abort', stop, { once: true })
  try {
    stopping.add('telemetry', await openTelemetry(env, name, log))
    if (config.healthListen !== undefined) {
      const health = await startHealth({ listen: config.healthListen, readiness, metrics: metricsOf(env) })
      stopping.add('health', health.stop)
    }
    await Promise.all([
      prepareDatabase(config, { ...schema, readiness, signal }),
      checkIssuer({ config, readiness, signal: stopping.signal }),
    ])
    const address = await start({ log, readiness, stopping })
    readiness.started()
    log.info(address as object, 'ready')
    return { ...address, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
