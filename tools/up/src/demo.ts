import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { demoUsers, holdsOwnRecords, loadDemo, registerDemoPbx } from '../../demo/src/index.ts'
import { startPbxSimulator } from '../../pbx-simulator/index.ts'
import type { Credentials } from './credentials.ts'
import type { Engines } from './engines/engines.ts'
import { gatewayUrl } from './environments.ts'
import type { DemoUser } from './print.ts'
import type { Settings } from './settings.ts'
import { writeWhole } from './write-whole.ts'

type Options = { settings: Settings; credentials: Credentials; engines: Engines; say(line: string): void }
type Demo = { users: DemoUser[]; stop(): Promise<void> }

const NONE: Demo = { users: [], stop: async () => {} }

/** The firm of the demonstration: loaded once and never among records of others, its telephone exchange plays at every start. */
export async function startDemo({ settings, credentials, engines, say }: Options): Promise<Demo> {
  if (!settings.demo) return NONE
  const access = {
    origin: gatewayUrl(settings),
    issuer: engines.issuerUrl,
    clientId: 'vitrylo-integration',
    clientSecret: credentials.clients['vitrylo-integration'],
  }
  const loaded = join(settings.dataDir, engines.demoStamp ?? 'demo-loaded')
  if (!existsSync(loaded)) {
    if (await holdsOwnRecords(access)) {
      say(`No demo data are loaded: ${settings.dataDir} holds records of your own. For a demonstration set VITRYLO_DATA_DIR to another folder.`)
      return NONE
    }
    say('Loading demo data…')
    await loadDemo({ ...access, log: say })
    await engines.seedUsers(others, credentials.demoPassword)
    writeWhole(loaded, `${new Date().toISOString()}\n`, 0o644)
  }
  const { listen, address } = engines.exchange ?? { listen: '127.0.0.1', address: '127.0.0.1' }
  const exchange = { username: 'vitrylo', secret: credentials.pbxSecret }
  const simulator = await startPbxSimulator({ ...exchange, host: listen, port: 0 })
  await registerDemoPbx({ ...access, ...exchange, host: address, port: simulator.port })
  return { users: people(), stop: () => simulator.stop() }
}

/** The administrator has a password of their own. */
const others = demoUsers.filter(({ username }) => username !== 'admin')

const people = (): DemoUser[] => others.map(({ username, name, post, branch }) => ({ username, name, role: `${post} (${branch})` }))
