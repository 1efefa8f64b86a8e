import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { Client, Metadata, type MethodDefinition, type ServiceError } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fromStatus } from '@vitrylo/errors'
import { BranchServiceService as Branches, ListBranchesRequest } from '@vitrylo/proto/vitrylo/directory/v1/branch_service.ts'
import { MeServiceService as Me } from '@vitrylo/proto/vitrylo/directory/v1/me_service.ts'
import { channelCredentials } from '@vitrylo/service'
import { startLoad, startTestService, until, type TestService } from '@vitrylo/testkit'
import { directory } from '../src/index.ts'
import { createAuthority, type Files } from './certificates.ts'

const dir = mkdtempSync(join(tmpdir(), 'tls-'))
const ours = createAuthority(dir, 'ours')
const theirs = createAuthority(dir, 'theirs')
const server = ours.issue('directory', join(dir, 'directory'))
const gateway = ours.issue('gateway', join(dir, 'gateway'))
let service: TestService
let token: string

beforeAll(async () => {
  service = await startTestService(directory, {
    VITRYLO_TLS_CERT_FILE: server.certFile,
    VITRYLO_TLS_KEY_FILE: server.keyFile,
    VITRYLO_TLS_CA_FILE: server.caFile,
    VITRYLO_GRPC_PEERS: JSON.stringify({ gateway: ['*'], reports: ['vitrylo.directory.v1.BranchService.*'] }),
    VITRYLO_GRPC_MAX_AGE_MS: '1000',
  })
  token = await service.token('admin')
})

afterAll(async () => {
  await service?.stop()
  rmSync(dir, { recursive: true })
})

function clientOf(files: Files | undefined, demanded = 'directory'): Client {
  return new Client(service.address, channelCredentials(files), {
    ...(files && { 'grpc.ssl_target_name_override': demanded }),
    'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
    'grpc.use_local_subchannel_pool': 1,
  })
}

function ask(client: Client, rpc: MethodDefinition<any, any> = Branches.listBranches, request: object = ListBranchesRequest.fromPartial({})): Promise<object> {
  const metadata = new Metadata()
  metadata.set('authorization', `Bearer ${token}`)
  return new Promise((resolve, reject) => {
    const deadline = { deadline: Date.now() + 5_000 }
    client.makeUnaryRequest(rpc.path, rpc.requestSerialize, rpc.responseDeserialize, request, metadata, deadline, (error: ServiceError | null, answer) =>
      error === null ? resolve(answer as object) : reject(fromStatus(error)),
    )
  })
}

async function once<T>(client: Client, work: (client: Client) => Promise<T>): Promise<T> {
  return work(client).finally(() => client.close())
}

test('a peer with a certificate of our authority calls what it may call', async () => {
  expect(await once(clientOf(gateway), (client) => ask(client))).toMatchObject({ branches: expect.any(Array) })
  expect(await once(clientOf(gateway), (client) => ask(client, Me.getMe, {}))).toMatchObject({})
})

test('who shows no certificate, or one of another authority, is not heard at all', async () => {
  await expect(once(clientOf(undefined), (client) => ask(client))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  // It trusts us, we do not trust it.
  const stranger = { ...theirs.issue('gateway', join(dir, 'stranger')), caFile: ours.file }
  await expect(once(clientOf(stranger), (client) => ask(client))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('a server of another authority, or of another service, is not talked to', async () => {
  await expect(once(clientOf({ ...gateway, caFile: theirs.file }), (client) => ask(client))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await expect(once(clientOf(gateway, 'contacts'), (client) => ask(client))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('a peer that the list does not name may call nothing, whatever the rights of its user', async () => {
  const unknown = ours.issue('mailer', join(dir, 'mailer'))
  const refusal = await once(clientOf(unknown), (client) => ask(client)).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'PERMISSION_DENIED', reason: 'PEER_REFUSED', metadata: { peer: 'mailer', method: 'vitrylo.directory.v1.BranchService.ListBranches' } })
})

test('a peer calls the methods of its list and no others', async () => {
  const reports = ours.issue('reports', join(dir, 'reports'))
  await once(clientOf(reports), (client) => ask(client))
  await expect(once(clientOf(reports), (client) => ask(client, Me.getMe, {}))).rejects.toMatchObject({ code: 'PERMISSION_DENIED', reason: 'PEER_REFUSED' })
})

/** Serial number of what the server shows to a new connection. */
function serialShown(): Promise<string> {
  const { hostname, port } = new URL(`http://${service.address}`)
  const options = { host: hostname, port: Number(port), servername: 'directory', ALPNProtocols: ['h2'] }
  const tls = { cert: readFileSync(gateway.certFile), key: readFileSync(gateway.keyFile), ca: readFileSync(ours.file) }
  return new Promise((resolve, reject) => {
    const socket = connect({ ...options, ...tls }, () => {
      resolve(socket.getPeerCertificate().serialNumber)
      socket.destroy()
    }).on('error', reject)
  })
}

test('certificates of both sides change under load without a failed call', async () => {
  const client = clientOf(gateway)
  const load = startLoad(() => ask(client))
  const before = await serialShown()
  // Between the two files the pair does not fit; the last good one goes on.
  writeFileSync(server.keyFile, readFileSync(gateway.keyFile))
  await load.passed(100)
  ours.issue('directory', join(dir, 'directory'))
  ours.issue('gateway', join(dir, 'gateway'))
  const fresh = new X509Certificate(readFileSync(server.certFile)).serialNumber
  await until(async () => (await serialShown()) === fresh)
  await load.passed(100)
  const { failures } = await load.stop()
  client.close()
  expect(fresh).not.toBe(before)
  expect(failures).toEqual([])
})
