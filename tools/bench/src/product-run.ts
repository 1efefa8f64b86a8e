import { once } from 'node:events'
import { join } from 'node:path'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { loadCredentials, SERVICE_DATABASES } from '../../up/src/credentials.ts'
import { noteVersion, openDataFolder } from '../../up/src/data-folder.ts'
import { adminUrl, ensureDatabases } from '../../up/src/databases.ts'
import { EMBEDDED_DATABASES, embeddedEngines } from '../../up/src/engines/embedded.ts'
import { environments, gatewayUrl } from '../../up/src/environments.ts'
import { startPostgres } from '../../up/src/postgres.ts'
import { startProcesses } from '../../up/src/processes.ts'
import { waitUntilReady } from '../../up/src/ready.ts'
import { loadSettings } from '../../up/src/settings.ts'
import { buildWeb } from '../../up/src/web-build.ts'

// The product as `make up` composes it, in two steps: the database, and when told so the rest. Only the limit of
// requests per second is lifted: sixteen clients of one caller are what is measured here, not refused.
const settings = loadSettings(process.env)
openDataFolder(settings.dataDir)
noteVersion(settings.dataDir)
const credentials = loadCredentials(settings.dataDir)
const port = await freePort()
const postgres = await startPostgres({ dir: join(settings.dataDir, 'postgres'), port, password: credentials.postgres })
await ensureDatabases(postgres, [...SERVICE_DATABASES, ...EMBEDDED_DATABASES], credentials)
process.send?.({ admin: adminUrl(postgres, credentials) })
const ended = once(process, 'disconnect')
await Promise.race([once(process, 'message'), ended])
if (!process.connected) {
  await postgres.stop()
  process.exit(0)
}

const engines = await embeddedEngines({ settings, credentials, postgres })
const envs = await environments(settings, credentials, postgres, engines)
const withWeb = process.argv[2] === 'web'
if (!withWeb) delete envs.gateway.VITRYLO_WEB_DIR // a fresh clone has no built client to serve
Object.assign(envs.gateway, { VITRYLO_RATE_CALLER: '100000', VITRYLO_RATE_ADDRESS: '100000', VITRYLO_RATE_SESSION: '100000' })
const processes = await startProcesses(envs, { processes: settings.processes, webBuilt: withWeb ? buildWeb(() => {}) : Promise.resolve(), say: (line) => console.log(line) })
await waitUntilReady(gatewayUrl(settings))
process.send?.({ origin: settings.origin, clientSecret: credentials.clients['vitrylo-integration'], adminPassword: credentials.adminPassword })

await ended
await processes.stop()
await postgres.stop()
process.exit(0)
