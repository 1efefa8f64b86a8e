import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { connectClient, withDatabase } from '@vitrylo/pg'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { until } from '@vitrylo/testkit'
import { loadCredentials, SERVICE_DATABASES } from '../src/credentials.ts'
import { databaseUrl, ensureDatabases } from '../src/databases.ts'
import { startPostgres } from '../src/postgres.ts'
import type { Postgres } from '../src/postgres.ts'
import { readPidFile, stopOrphan } from '../src/postgres-orphan.ts'
import { processStart } from '../src/process-identity.ts'

let root: string
let running: Postgres | undefined
const restarts: string[] = []

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrylo-up-'))
  chmodSync(root, 0o755)
})
afterEach(async () => {
  await running?.stop()
  running = undefined
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const options = async (dir = join(root, 'postgres')) => ({
  dir,
  port: await freePort(),
  password: loadCredentials(root).postgres,
  onRestart: (reason: string) => void restarts.push(reason),
})
const pidOf = async (dir = join(root, 'postgres')) => (await readPidFile(dir))[0]!
const select = async (url: string, text: string) => {
  const client = await connectClient(url, 'test')
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

test('a first start makes one database per service, which no other service can enter', async () => {
  const credentials = loadCredentials(root)
  running = await startPostgres(await options())
  await ensureDatabases(running, SERVICE_DATABASES, credentials)
  await ensureDatabases(running, SERVICE_DATABASES, credentials) // repeatable
  const contacts = databaseUrl(running, 'contacts', credentials)
  await select(contacts, 'create extension pg_trgm')
  expect(await select(contacts, `select similarity('Ковальчук', 'Ковалчук')::numeric(3,2) as s`)).toEqual([{ s: '0.58' }])
  expect(await select(contacts, 'show fsync')).toEqual([{ fsync: 'on' }])
  await select(contacts, 'create table kept (word text)')
  await select(contacts, `insert into kept values ('вітрило')`)
  for (const name of ['sales', 'postgres']) {
    const foreign = withDatabase(contacts, name)
    await expect(select(foreign, 'select 1')).rejects.toThrow(/permission denied for database/)
  }
})

test('data outlive a stop and a start', async () => {
  running = await startPostgres(await options())
  const rows = await select(databaseUrl(running, 'contacts', loadCredentials(root)), 'select word from kept')
  expect(rows).toEqual([{ word: 'вітрило' }])
})

test('a server that is killed is started again on the same port', async () => {
  running = await startPostgres(await options())
  const first = await pidOf()
  process.kill(first, 'SIGKILL')
  const url = databaseUrl(running, 'contacts', loadCredentials(root))
  await until(() => select(url, 'select 1'))
  expect(await pidOf()).not.toBe(first)
  expect(restarts).toEqual(['PostgreSQL ended unexpectedly (SIGKILL)'])
})

test('the server of a launcher that was killed is found and replaced', async () => {
  const { dir, password, port } = await options()
  const script = `import { startPostgres } from ${JSON.stringify(new URL('../src/postgres.ts', import.meta.url).href)}
    await startPostgres(${JSON.stringify({ dir, password, port })}); console.log('up')`
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(launcher.stdout, 'data')
  launcher.kill('SIGKILL')
  await once(launcher, 'exit')
  const orphan = await pidOf()
  expect(processStart(orphan)).toBeDefined()
  running = await startPostgres(await options())
  expect(processStart(orphan)).toBeUndefined()
  expect(await pidOf()).not.toBe(orphan)
})

test('a process that merely has the number in the pid file is left alone', async () => {
  const dir = join(root, 'other')
  mkdirSync(dir)
  const bystander = spawn('sleep', ['60'])
  writeFileSync(join(dir, 'postmaster.pid'), `${bystander.pid}\n${dir}\n`)
  expect(await stopOrphan(dir)).toBe(false)
  expect(processStart(bystander.pid!)).toBeDefined()
  bystander.kill()
})

test('half a database of a first start that was cut off is made anew', async () => {
  const dir = join(root, 'cut-off')
  mkdirSync(`${dir}.new`)
  writeFileSync(join(`${dir}.new`, 'PG_VERSION'), '18\n')
  running = await startPostgres(await options(dir))
  expect(readFileSync(join(dir, 'PG_VERSION'), 'utf8')).toBe('18\n')
})

test('a database of another PostgreSQL is refused', async () => {
  const dir = join(root, 'old')
  mkdirSync(dir)
  writeFileSync(join(dir, 'PG_VERSION'), '15\n')
  await expect(startPostgres(await options(dir))).rejects.toThrow(/is of PostgreSQL 15; this Vitrylo needs 18\.$/)
})

const asRoot = process.getuid?.() === 0 ? test : test.skip

asRoot('as root it works in a folder that is closed to other users', async () => {
  const closed = mkdtempSync(join(tmpdir(), 'vitrylo-closed-'))
  try {
    running = await startPostgres({ ...(await options(join(closed, 'data/postgres'))) })
    const url = `postgres://postgres:${loadCredentials(root).postgres}@127.0.0.1:${running.port}/postgres`
    expect(await select(url, 'select 1 as one')).toEqual([{ one: 1 }])
    await running.stop()
  } finally {
    rmSync(closed, { recursive: true, force: true })
  }
})
