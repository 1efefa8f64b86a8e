import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { afterAll, expect, test } from '@jest/globals'
import { createPool, migrate } from '@vitrylo/pg'
import { rightsMigrations } from '@vitrylo/auth'
import { BranchServiceService, ListBranchesRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { endProcesses, freshDatabase, peopleTheWorld, startProcess, startTestIssuer, until } from '@vitrylo/testkit'

const MAIN = new URL('../src/main.ts', import.meta.url)
afterAll(endProcesses)

/** `status: SERVING` of grpc.health.v1, as it travels. */
const SERVING = Buffer.from([8, 1])

test('the standard health service follows readiness; SIGTERM under load: calls under way end, new ones are told to go elsewhere, the process ends with 0', async () => {
  const [url, busUrl, issuer] = [await freshDatabase('directory'), await freshDatabase('bus'), await startTestIssuer()]
  const pool = createPool({ url, name: 'test', max: 2 })
  await migrate(url, [rightsMigrations])
  await peopleTheWorld(pool)
  const env = { VITRYLO_DATABASE_URL: url, VITRYLO_BUS_URL: busUrl, VITRYLO_OIDC_ISSUER: issuer.issuer, VITRYLO_LOG_LEVEL: 'warn' }
  const directory = startProcess(MAIN, env)
  const client = new Client(String(await directory.ready), credentials.createInsecure())
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${await issuer.token('admin')}`)
  const { path, requestSerialize, responseDeserialize } = BranchServiceService.listBranches
  const list = () =>
    new Promise<string>((resolve) => {
      const deadline = { deadline: Date.now() + 10_000 }
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, ListBranchesRequest.fromPartial({}), metadata, deadline, (error: ServiceError | null) => resolve(error?.message ?? 'ok'))
    })
  expect(await list()).toBe('ok')
  const bytes = (value: Buffer) => value
  const health = () =>
    new Promise<Buffer | undefined>((resolve) => {
      client.makeUnaryRequest('/grpc.health.v1.Health/Check', bytes, bytes, Buffer.alloc(0), new Metadata(), (_error, answer) => resolve(answer))
    })
  await until(async () => (await health())?.equals(SERVING), { timeoutMs: 10_000 })
  // Held up in the database until after the signal: a lock that the calls wait for.
  const lock = await pool.connect()
  await lock.query('begin; lock table branch in access exclusive mode')
  const underWay = Promise.all(Array.from({ length: 5 }, list))
  await until(async () => (await pool.query(`select from pg_stat_activity where wait_event_type = 'Lock'`)).rowCount! >= 5, { timeoutMs: 10_000 })
  directory.signal('SIGTERM')
  await until(async () => (await list()).startsWith('14 UNAVAILABLE'), { timeoutMs: 10_000 })
  await lock.query('commit')
  lock.release()
  expect(await underWay).toEqual(Array(5).fill('ok'))
  expect(await directory.ended).toMatchObject({ code: 0, stderr: '' })
  client.close()
  await pool.end()
  await issuer.stop()
}, 200_000)
