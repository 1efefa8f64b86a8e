import { databaseUrlOf } from './database-url.ts'
import type { ServiceDefinition } from './define.ts'
import { createLog } from './log.ts'
import { prepareDatabase } from './prepare-database.ts'
import { runProcess, type Command } from './process.ts'
import { createReadiness } from './readiness.ts'
import { logLevelOf, type Env } from './settings.ts'
import { schemaOf, startService } from './start.ts'
import { tendLettersOf } from './tend/dead-letters.ts'
import { tendProjectionOf } from './tend/rebuild.ts'
import { withDeps } from './tend/with-deps.ts'
import { applyTopics } from './topics.ts'

/**
 * Runs a service as a process of its own. Without a command it serves; `migrate` brings its database to the schema of this
 * release and `topics` makes what the bus needs, both end with 0 when that is done. `dead-letters` and `rebuild` are for
 * whoever tends it: docs/events.md.
 */
export async function run(definition: ServiceDefinition, env: Env, args: readonly string[] = []): Promise<void> {
  const commands: Record<string, Command> = {
    async serve(signal) {
      const { address, stop } = await startService(definition, env, { signal })
      process.send?.({ ready: address })
      return stop
    },
    migrate: (signal) => migrateOnly(definition, env, signal),
    topics: () => applyTopics(env, definition.name),
    'dead-letters': (_signal, rest) => tendLettersOf(definition, env, rest),
    rebuild: (_signal, rest) => tendProjectionOf(definition, env, rest),
    ...Object.fromEntries(Object.entries(definition.commands ?? {}).map(([name, work]): [string, Command] => [
      name, (_signal, rest) => withDeps(definition.name, env, (deps) => work(deps, rest)),
    ])),
  }
  await runProcess(definition.name, commands, args)
}

/** Needs the settings of the database, and no others. */
async function migrateOnly(definition: ServiceDefinition, env: Env, signal: AbortSignal): Promise<undefined> {
  const log = createLog(definition.name, logLevelOf(env))
  const settings = { databaseUrl: databaseUrlOf(env), migrates: true }
  await prepareDatabase(settings, { ...schemaOf(definition), readiness: createReadiness(log), signal })
  log.info('the schema is that of this release')
}
