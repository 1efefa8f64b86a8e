import { startRightsStore } from '@vitrylo/auth'
import { createPool } from '@vitrylo/pg'
import { connectBus } from '../bus.ts'
import { busOf } from '../config.ts'
import { databaseUrlOf } from '../database-url.ts'
import type { Deps } from '../define.ts'
import { createLog } from '../log.ts'
import { logLevelOf, type Env } from '../settings.ts'

/** Does something with the stores of a service or of the gateway, beside the process itself, and lets go of them. */
export async function withDeps<T>(name: string, env: Env, work: (deps: Deps) => Promise<T>): Promise<T> {
  const log = createLog(name, logLevelOf(env))
  const pool = createPool({ url: databaseUrlOf(env), name: `${name} command`, max: 8 })
  const bus = await connectBus(busOf(env), name, log)
  try {
    const rights = await startRightsStore(pool, log)
    // The relay of the running service finds what handlers put into the outbox.
    return await work({ pool, bus, log, now: () => new Date(), rights, committed: () => {}, env }).finally(() => rights.stop())
  } finally {
    await bus.close()
    await pool.end()
  }
}
