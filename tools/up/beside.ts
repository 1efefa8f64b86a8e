// Commands of the parts, with the settings of the installation that `make up` runs on this machine: make verify-audit KEPT='81234:5f1c…e0 export.csv',
// make dead-letters OF=gateway DO='replay all'. Of all parts where none is named.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { loadCredentials, type DatabaseName } from './src/credentials.ts'
import { databaseUrl, type Address } from './src/databases.ts'
import { SERVICES, type ComponentName } from './src/environments.ts'
import { whereRunning } from './src/postgres-orphan.ts'
import { Refusal } from './src/refusal.ts'
import { loadSettings, ROOT } from './src/settings.ts'

const PROGRAMS: Record<string, string> = {
  ...Object.fromEntries(SERVICES.map((name) => [name, `services/${name}/src/main.ts`])),
  gateway: 'gateway/src/main.ts',
  issuer: 'tools/issuer/main.ts',
} satisfies Partial<Record<ComponentName, string>>

const [of = '', ...args] = process.argv.slice(2)

try {
  const { dataDir, passedOn, engines } = loadSettings(process.env)
  const postgres = existsSync(join(dataDir, 'postgres')) ? await whereRunning(realpathSync(join(dataDir, 'postgres'))) : undefined
  if (postgres === undefined) throw new Refusal(`Nothing runs on the folder ${dataDir}. Start it first: make up; another folder: VITRYLO_DATA_DIR.`)
  const parts = Object.keys(PROGRAMS).filter((name) => name !== 'issuer' || engines === 'embedded')
  if (of !== '' && !parts.includes(of)) throw new Refusal(`There is no part ${of}, only ${parts.join(', ')}.`)
  for (const name of of === '' ? parts : [of]) {
    if (of === '') console.log(`${name}:`)
    process.exitCode = (await run(name, dataDir, postgres, passedOn)) || process.exitCode
  }
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function run(name: string, dataDir: string, postgres: Address, passedOn: Readonly<Record<string, string>>): Promise<number> {
  const credentials = loadCredentials(dataDir)
  const env = {
    ...process.env,
    ...passedOn,
    VITRYLO_DATABASE_URL: databaseUrl(postgres, name.replace('-', '_') as DatabaseName, credentials),
    // The log in PostgreSQL, whatever the installation has: what is told goes out by the part that runs.
    VITRYLO_BUS_URL: databaseUrl(postgres, 'bus', credentials),
    VITRYLO_AUDIT_KEY: credentials.auditKey,
    VITRYLO_SECRETS_KEY: credentials.secretsKey,
    VITRYLO_LOG_LEVEL: process.env.VITRYLO_LOG_LEVEL || 'warn',
  }
  const child = spawn(process.execPath, [...process.execArgv, ROOT + PROGRAMS[name], ...args], { env, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
