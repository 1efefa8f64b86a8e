import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { connectClient } from '@vitrylo/pg'
import { BranchServiceService, ListBranchesRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { startLoad, startTestService, testCluster, type TestService } from '@vitrylo/testkit'
import { directory } from '../src/index.ts'

const dir = mkdtempSync(join(tmpdir(), 'rotate-'))
const file = join(dir, 'password')
const ROLE = 'directory_rotates'
let service: TestService
let admin: Awaited<ReturnType<typeof connectClient>>

beforeAll(async () => {
  const cluster = new URL((await testCluster()).url)
  admin = await connectClient(cluster.href, 'test')
  await admin.query(`create role ${ROLE} superuser login password 'first'`)
  writeFileSync(file, 'first\n')
  service = await startTestService(directory, (url) => ({
    VITRYLO_DATABASE_URL: Object.assign(new URL(url), { username: ROLE, password: '' }).href,
    VITRYLO_DATABASE_PASSWORD_FILE: file,
  }))
})

afterAll(async () => {
  await service?.stop()
  await admin?.end()
  rmSync(dir, { recursive: true })
})

const setPassword = (password: string) => admin.query(`alter role ${ROLE} password '${password}'`)
/** Every connection of the service is lost, so that each one is made anew. */
const cutAll = async () => (await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [ROLE])).rowCount!

test('a password changes under load: no request fails, whichever side learns it first', async () => {
  const { ask, close } = asker(service.address, await service.token('admin'))
  const { passed, stop } = startLoad(ask)
  await passed(100)
  // As the manual says: the file offers both, the server changes, the file forgets the old one.
  writeFileSync(file, 'second\nfirst\n')
  expect(await cutAll()).toBeGreaterThan(0)
  await passed(100)
  await setPassword('second')
  await cutAll()
  await passed(100)
  writeFileSync(file, 'second\n')
  await cutAll()
  await passed(100)
  // In the wrong order: between the two nobody can connect, and requests wait.
  await setPassword('third')
  await cutAll()
  await delay(500)
  writeFileSync(file, 'third\n')
  await passed(100)
  const { done, failures } = await stop()
  close()
  expect(failures).toEqual([])
  expect(done).toBeGreaterThan(500)
})

/** Each call is repeated as the gateway repeats what changes nothing. */
function asker(address: string, token: string) {
  const { path, requestSerialize, responseDeserialize } = BranchServiceService.listBranches
  const retryPolicy = { maxAttempts: 4, initialBackoff: '0.05s', maxBackoff: '1s', backoffMultiplier: 2, retryableStatusCodes: ['UNAVAILABLE'] }
  const client = new Client(address, credentials.createInsecure(), { 'grpc.service_config': JSON.stringify({ methodConfig: [{ name: [{}], retryPolicy }] }) })
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${token}`)
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, ListBranchesRequest.fromPartial({}), metadata, (error: ServiceError | null) => (error === null ? resolve() : reject(error)))
    })
  return { ask, close: () => client.close() }
}
