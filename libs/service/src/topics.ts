import { declaredTopics } from '@vitrylo/events'
import { connectBus, refusedByBus } from './bus.ts'
import { busOf } from './config.ts'
import { createLog } from './log.ts'
import { logLevelOf, type Env } from './settings.ts'

/** The command `topics`: makes on the bus what the contract declares, and corrects what differs. */
export async function applyTopics(env: Env, name: string): Promise<void> {
  const log = createLog(name, logLevelOf(env))
  const bus = await connectBus(busOf(env), name, log)
  try {
    await refusedByBus(bus.applyTopics(declaredTopics))
    log.info({ topics: declaredTopics.length }, 'the topics are there')
  } finally {
    await bus.close()
  }
}
