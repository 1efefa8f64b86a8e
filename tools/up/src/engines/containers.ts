import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Credentials } from '../credentials.ts'
import { gatewayUrl } from '../environments.ts'
import { waitUntilReady } from '../ready.ts'
import { Refusal } from '../refusal.ts'
import { ROOT, type Settings } from '../settings.ts'
import { writeWhole } from '../write-whole.ts'
import type { Engines } from './engines.ts'
import { seedKeycloakUsers } from './keycloak-users.ts'

const run = promisify(execFile)
/** The program and its first arguments. */
type Compose = readonly [string, ...string[]]

/** What starts compose.yaml here; undefined where no container engine answers. */
export async function findCompose(): Promise<Compose | undefined> {
  const works = (program: string, ...args: string[]) => run(program, args).then(() => true, () => false)
  if (!(await works('docker', 'info'))) return undefined
  if (await works('docker', 'compose', 'version')) return ['docker', 'compose']
  return (await works('docker-compose', 'version')) ? ['docker-compose'] : undefined
}

type Context = { settings: Settings; credentials: Credentials; say(line: string): void }

/** compose.yaml with the secrets of this folder. Ended, its data stay in the volumes. */
export async function startContainers(compose: Compose, { settings, credentials, say }: Context): Promise<Engines> {
  const secrets = join(settings.dataDir, 'secrets')
  writeSecrets(secrets, credentials)
  const env = { VITRYLO_SECRETS_DIR: secrets, VITRYLO_PORT: String(settings.port), VITRYLO_KEYCLOAK_PORT: String(settings.keycloakPort), VITRYLO_LOG_LEVEL: settings.logLevel }
  say(`Engines: Kafka, Keycloak and PostgreSQL in containers (${compose.join(' ')}, compose.yaml). The first start builds the images.`)
  await call(compose, ['up', '--build', '--detach', '--wait'], env)
  const stop = () => call(compose, ['down'], env)
  await waitUntilReady(gatewayUrl(settings)).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const keycloakUrl = new URL(settings.issuer).origin
  return {
    common: {},
    directory: {},
    gateway: {},
    issuerUrl: settings.issuer,
    note: `Keycloak: ${keycloakUrl}/admin, user admin, password keycloakPassword in credentials.json`,
    demoStamp: 'demo-loaded-in-containers',
    // Telephony calls from its container.
    exchange: { listen: '0.0.0.0', address: 'host.docker.internal' },
    seedUsers: (users, password) => seedKeycloakUsers(keycloakUrl, credentials, users, password),
    stop,
  }
}

async function call([program, ...first]: Compose, args: string[], env: Record<string, string>): Promise<void> {
  // In a group of its own: Ctrl-C in the terminal is the launcher's.
  const child = spawn(program, [...first, ...args], { cwd: ROOT, env: { ...process.env, ...env }, stdio: 'inherit', detached: true })
  const [code] = await once(child, 'exit')
  const command = [program, ...first].join(' ')
  if (code !== 0) throw new Refusal(`${command} ${args.join(' ')} ended with code ${code}; the reasons stand above and in: ${command} logs`)
}

/** One file each. Containers read them as users of their own, so the folder keeps others out, not the files. */
function writeSecrets(folder: string, { postgres, databases, clients, ...rest }: Credentials): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const secrets: Record<string, string> = {
    postgres,
    keycloak_admin: rest.keycloakPassword,
    first_administrator: rest.adminPassword,
    session_key: rest.sessionKey,
    secrets_key: rest.secretsKey,
    audit_key: rest.auditKey,
    client_gateway: clients['vitrylo-gateway'],
    client_api: clients['vitrylo-api'],
    client_integration: clients['vitrylo-integration'],
    client_provisioner: clients['vitrylo-provisioner'],
  }
  for (const [name, password] of Object.entries(databases)) secrets[`database_${name}`] = password
  for (const [name, value] of Object.entries(secrets)) writeWhole(join(folder, name), value, 0o644)
}
