import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, beforeAll, expect, test } from '@jest/globals'
import { busMigrations } from '@vitrylo/events'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import { freshDatabase, until } from '@vitrylo/testkit'
import type { Component } from '../src/components.ts'
import { processStart } from '../src/process-identity.ts'
import { startProcesses } from '../src/processes.ts'

// The issuer stands for all parts: each of them is started by the same few lines.
let env: Record<string, string>
let running: Component | undefined
const said: string[] = []

beforeAll(async () => {
  const port = await freePort()
  env = {
    VITRYLO_DATABASE_URL: await freshDatabase('issuer'),
    VITRYLO_BUS_URL: await freshDatabase('bus', [busMigrations]),
    VITRYLO_LOG_LEVEL: 'silent',
    VITRYLO_ORIGIN: `http://127.0.0.1:${port}`,
    VITRYLO_GATEWAY_URL: 'http://127.0.0.1:1',
    VITRYLO_PORT: String(port),
    VITRYLO_GATEWAY_CLIENT_SECRET: 'gateway-secret',
    VITRYLO_INTEGRATION_CLIENT_SECRET: 'integration-secret',
    VITRYLO_ADMIN_PASSWORD: 'admin-password',
  }
})
afterEach(async () => {
  await running?.stop()
  running = undefined
})

const start = (processes: 'one' | 'each', more = {}) =>
  startProcesses({ issuer: { ...env, ...more } }, { processes, webBuilt: Promise.resolve(), say: (line) => void said.push(line) })
const token = async () => {
  const fields = { grant_type: 'client_credentials', client_id: 'vitrylo-integration', client_secret: 'integration-secret' }
  const url = `${env.VITRYLO_ORIGIN}/realms/vitrylo/protocol/openid-connect/token`
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) })
  return answer.status
}
const pidOfChild = async () => {
  const { stdout } = spawn('pgrep', ['-P', String(process.pid), '-f', 'child.ts issuer'])
  return Number(String((await once(stdout, 'data'))[0]).trim())
}

test('in one process a part answers until it is stopped', async () => {
  running = await start('one')
  expect(await token()).toBe(200)
  await running.stop()
  await expect(token()).rejects.toThrow()
})

test('a part in its own process comes back at the same address after kill -9', async () => {
  running = await start('each')
  expect(await token()).toBe(200)
  const pid = await pidOfChild()
  process.kill(pid, 'SIGINT') // the Ctrl-C of a terminal reaches it too and changes nothing
  process.kill(pid, 'SIGKILL')
  await until(() => processStart(pid) === undefined)
  expect(await until(token)).toBe(200)
  expect(said).toEqual(['issuer ended unexpectedly (SIGKILL); starting it again.'])
  const second = await pidOfChild()
  await running.stop()
  expect(processStart(second)).toBeUndefined()
})

test('a part that cannot start fails the whole start', async () => {
  await expect(start('each', { VITRYLO_DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' })).rejects.toThrow('issuer did not start')
})

test('when the launcher is killed its parts end by themselves', async () => {
  const script = `import { startProcesses } from ${JSON.stringify(new URL('../src/processes.ts', import.meta.url).href)}
    await startProcesses({ issuer: ${JSON.stringify(env)} }, { processes: 'each', webBuilt: Promise.resolve(), say() {} }); console.log('up')`
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(launcher.stdout, 'data')
  expect(await token()).toBe(200)
  launcher.kill('SIGKILL')
  const isGone = () => token().then(() => false, () => true)
  await until(isGone)
})
