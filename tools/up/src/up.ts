import { join } from 'node:path'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { loadCredentials, SERVICE_DATABASES, type DatabaseName } from './credentials.ts'
import { noteVersion, openDataFolder } from './data-folder.ts'
import { ensureDatabases } from './databases.ts'
import { startDemo } from './demo.ts'
import { findCompose, startContainers } from './engines/containers.ts'
import type { Engines, EnginesContext } from './engines/engines.ts'
import { environments, gatewayUrl } from './environments.ts'
import { acquireLock } from './lock.ts'
import { requireFreePort } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { banner } from './print.ts'
import { startProcesses } from './processes.ts'
import { waitUntilReady } from './ready.ts'
import type { Settings } from './settings.ts'
import { buildWeb } from './web-build.ts'

export type Ending = { add(stop: () => void | Promise<void>): void; onAbandon(now: () => void): void }

/** Starts the whole product on this machine; every part is told to `ending` as soon as it runs. */
export async function up(settings: Settings, ending: Ending, say: (line: string) => void): Promise<void> {
  openDataFolder(settings.dataDir)
  const lock = acquireLock(settings.dataDir, settings.origin)
  ending.add(() => lock.release())
  await requireFreePort(settings.port, settings.host)
  // Once more: who had the lock until now may have been a newer release.
  if (openDataFolder(settings.dataDir).isNew) noteVersion(settings.dataDir)
  const credentials = loadCredentials(settings.dataDir, settings.issuer)
  const context = { settings, credentials, say }
  const compose = settings.engines === 'real' ? await findCompose() : undefined
  const engines = compose === undefined ? await startHere(context, ending) : await startContainers(compose, context)
  if (compose !== undefined) ending.add(() => engines.stop())
  noteVersion(settings.dataDir)
  const demo = await startDemo({ settings, credentials, engines, say })
  ending.add(() => demo.stop())
  const changed = (await engines.changedPasswords?.()) ?? new Map<string, boolean>()
  say(banner({ settings, credentials, engines, demoUsers: demo.users, changed, seconds: process.uptime() }))
}

/** All parts as programs of this machine; resolves when they work. */
async function startHere({ settings, credentials, say }: Omit<EnginesContext, 'postgres'>, ending: Ending): Promise<Engines> {
  const webBuilt = buildWeb(say)
  webBuilt.catch(() => {}) // awaited before the gateway starts
  const port = await freePort()
  const postgres = await startPostgres({
    dir: join(settings.dataDir, 'postgres'),
    port,
    password: credentials.postgres,
    onRestart: (reason) => say(`${reason}; starting it again.`),
  })
  ending.add(() => postgres.stop())
  ending.onAbandon(() => postgres.abandon())
  const { databases, start } = await enginesOf(settings)
  await ensureDatabases(postgres, [...SERVICE_DATABASES, ...databases], credentials)
  const engines = await start({ settings, credentials, postgres, say })
  ending.add(() => engines.stop())
  const envs = await environments(settings, credentials, postgres, engines)
  const processes = await startProcesses(envs, { processes: settings.processes, webBuilt, say })
  ending.add(() => processes.stop())
  await waitUntilReady(gatewayUrl(settings))
  return engines
}

type Way = { databases: readonly DatabaseName[]; start(context: EnginesContext): Promise<Engines> }

/** Each is imported only where it runs. */
async function enginesOf({ engines }: Settings): Promise<Way> {
  if (engines === 'embedded') {
    const { EMBEDDED_DATABASES, embeddedEngines } = await import('./engines/embedded.ts')
    return { databases: EMBEDDED_DATABASES, start: embeddedEngines }
  }
  const { REAL_DATABASES, realEngines } = await import('./engines/real.ts')
  return { databases: REAL_DATABASES, start: realEngines }
}
