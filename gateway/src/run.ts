import { loadContract } from '@vitrylo/proto/contract.ts'
import { applyTopics, createLog, createReadiness, databaseUrlOf, logLevelOf, prepareDatabase, runProcess, tendDeadLetters, tendProjection, withDeps, type Env } from '@vitrylo/service'
import { groupsOf, projected } from './groups.ts'
import { applyRealmOf } from './realm.ts'
import { schema, startGateway } from './start-gateway.ts'

/**
 * Runs the gateway as a process of its own. Without a command it serves; `migrate` brings its database to the schema of
 * this release, `topics` makes what the bus needs, `realm` brings the realm of Keycloak up to date; each ends with 0 then. `dead-letters`
 * and `rebuild` are for whoever tends it: docs/events.md.
 */
export async function runGateway(env: Env, args: readonly string[] = []): Promise<void> {
  await runProcess(
    'gateway',
    {
      async serve(signal) {
        const { port, stop } = await startGateway(env, { signal })
        process.send?.({ ready: port })
        return stop
      },
      async migrate(signal) {
        const readiness = createReadiness(createLog('gateway', logLevelOf(env)))
        await prepareDatabase({ databaseUrl: databaseUrlOf(env), migrates: true }, { sets: schema, readiness, signal })
      },
      topics: () => applyTopics(env, 'gateway'),
      realm: () => applyRealmOf(env, (line) => console.log(line)),
      'dead-letters': (_signal, rest) => withDeps('gateway', env, (deps) => tendDeadLetters({ ...deps, groups: groupsOf(loadContract(), Date.now) }, rest)),
      rebuild: (_signal, rest) => withDeps('gateway', env, (deps) => tendProjection({ ...deps, ...projected }, rest)),
    },
    args,
  )
}
