// make verify-audit KEPT='81234:5f1c…e0 export.csv': directory's command, with the settings of the installation that `make up` runs on this machine.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { loadCredentials } from './src/credentials.ts'
import { databaseUrl, type Address } from './src/databases.ts'
import { whereRunning } from './src/postgres-orphan.ts'
import { Refusal } from './src/refusal.ts'
import { loadSettings, ROOT } from './src/settings.ts'

try {
  const { dataDir, passedOn } = loadSettings(process.env)
  const postgres = existsSync(join(dataDir, 'postgres')) ? await whereRunning(realpathSync(join(dataDir, 'postgres'))) : undefined
  if (postgres === undefined) throw new Refusal(`Nothing runs on the folder ${dataDir}. Start it first: make up; another folder: VITRYLO_DATA_DIR.`)
  process.exitCode = await verify(dataDir, postgres, passedOn)
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function verify(dataDir: string, postgres: Address, passedOn: Readonly<Record<string, string>>): Promise<number> {
  const credentials = loadCredentials(dataDir)
  const env = {
    ...process.env,
    ...passedOn,
    VITRYLO_DATABASE_URL: databaseUrl(postgres, 'directory', credentials),
    // The log in PostgreSQL, whatever the installation has: the command tells nobody anything.
    VITRYLO_BUS_URL: databaseUrl(postgres, 'bus', credentials),
    VITRYLO_AUDIT_KEY: credentials.auditKey,
    VITRYLO_LOG_LEVEL: process.env.VITRYLO_LOG_LEVEL || 'warn',
  }
  const child = spawn(process.execPath, [...process.execArgv, `${ROOT}services/directory/src/main.ts`, 'verify-audit', ...process.argv.slice(2)], { env, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
