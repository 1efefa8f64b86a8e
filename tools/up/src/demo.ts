import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createPool } from '@vitrylo/pg'
import { demoUsers, holdsOwnRecords, loadDemo, registerDemoPbx } from '../../demo/src/index.ts'
import { seedUser } from '../../issuer/src/index.ts'
import { startPbxSimulator } from '../../pbx-simulator/index.ts'
import type { Credentials } from './credentials.ts'
import { gatewayUrl } from './environments.ts'
import type { Environments } from './environments.ts'
import type { DemoUser } from './print.ts'
import type { Settings } from './settings.ts'
import { writeWhole } from './write-whole.ts'

type Options = { settings: Settings; credentials: Credentials; envs: Environments; say(line: string): void }
type Demo = { users: DemoUser[]; stop(): Promise<void> }

const NONE: Demo = { users: [], stop: async () => {} }

/** The firm of the demonstration: loaded once and never among records of others, its telephone exchange plays at every start. */
export async function startDemo({ settings, credentials, envs, say }: Options): Promise<Demo> {
  if (!settings.demo) return NONE
  const access = {
    origin: gatewayUrl(settings),
    clientId: 'vitrylo-integration',
    clientSecret: credentials.clients['vitrylo-integration'],
  }
  const loaded = join(settings.dataDir, 'demo-loaded')
  if (!existsSync(loaded)) {
    if (await holdsOwnRecords(access)) {
      say(`No demo data are loaded: ${settings.dataDir} holds records of your own. For a demonstration set VITRYLO_DATA_DIR to another folder.`)
      return NONE
    }
    say('Loading demo data…')
    await seedUsers(envs.issuer.VITRYLO_DATABASE_URL!, credentials.demoPassword)
    await loadDemo({ ...access, log: say })
    writeWhole(loaded, `${new Date().toISOString()}\n`, 0o644)
  }
  const exchange = { host: '127.0.0.1', username: 'vitrylo', secret: credentials.pbxSecret }
  const simulator = await startPbxSimulator({ ...exchange, port: 0 })
  await registerDemoPbx({ ...access, ...exchange, port: simulator.port })
  return { users: people(), stop: () => simulator.stop() }
}

/** The administrator has a password of their own. */
const others = demoUsers.filter(({ username }) => username !== 'admin')

async function seedUsers(databaseUrl: string, password: string): Promise<void> {
  const pool = createPool({ url: databaseUrl, name: 'demo', max: 2 })
  try {
    await Promise.all(others.map(({ username, name, groups }) => seedUser(pool, { username, name, groups, password })))
  } finally {
    await pool.end()
  }
}

const people = (): DemoUser[] => others.map(({ username, name, post, branch }) => ({ username, name, role: `${post} (${branch})` }))
