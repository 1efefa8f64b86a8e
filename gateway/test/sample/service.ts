import {
  create, fromBinary, toBinary, type DescMessage, type Message, type MessageInitShape,
} from '@bufbuild/protobuf'
import { Server, ServerCredentials, type Metadata, type UntypedHandleCall } from '@grpc/grpc-js'
import { AppError, etagMismatch, notFound, toStatus } from '@vitrylo/errors'
import type { Contract, Method } from '@vitrylo/proto/contract.ts'

type Fields = Record<string, any>
/** What the service saw of a call. */
export type Seen = { rpc: string; metadata: Metadata; request: Fields }

export type SampleService = {
  address: string
  calls: Seen[]
  /** Bytes of the last upload, and the parts they came in. */
  uploaded: { bytes: Buffer; parts: number; first: Fields }
  cancelled: string[]
  /** Makes the next calls fail on the way, as a dying server does. */
  failNext(times: number): void
  stop(): Promise<void>
}

/** A real gRPC server for the sample area, with as much sense as the gateway's tests need. */
export async function startSampleService(contract: Contract): Promise<SampleService> {
  const gadgets = new Map<string, Fields>()
  const state: Pick<SampleService, 'calls' | 'uploaded' | 'cancelled'> = { calls: [], cancelled: [], uploaded: { bytes: Buffer.alloc(0), parts: 0, first: {} } }
  let failing = 0
  const find = (id: string) => gadgets.get(id) ?? fail(notFound('gadget', id))
  const same = (gadget: Fields, etag: string) => {
    if (etag !== '' && etag !== gadget.etag) throw etagMismatch('gadget', gadget.id)
  }
  const keys = new Map<string, { body: string; answer: Fields }>()
  const handlers: Record<string, (request: Fields, metadata: Metadata) => Fields | Promise<Fields>> = {
    GetGadget: ({ id }) => find(id),
    GetGadgetCard: ({ id }) => find(id),
    ListGadgets: ({ pageSize }) => ({ gadgets: [...gadgets.values()].slice(0, pageSize || 50), nextPageToken: '' }),
    SearchGadgets: () => ({ gadgets: [] }),
    CreateGadget({ gadget }, metadata) {
      if (gadget.name === 'bug') throw new Error('duplicate key value violates unique constraint "secret"')
      const key = metadata.get('idempotency-key')[0]?.toString()
      const body = JSON.stringify(gadget, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
      const before = key === undefined ? undefined : keys.get(key)
      if (before !== undefined) {
        if (before.body !== body) throw new AppError('ALREADY_EXISTS', 'IDEMPOTENCY_KEY_REUSED', 'the key was used for another request')
        return before.answer
      }
      const saved = { ...gadget, id: crypto.randomUUID(), etag: '1' }
      gadgets.set(saved.id, saved)
      if (key !== undefined) keys.set(key, { body, answer: saved })
      return saved
    },
    UpdateGadget({ gadget, updateMask }) {
      const old = find(gadget.id)
      same(old, gadget.etag)
      const saved: Fields = { ...old, etag: String(Number(old.etag) + 1) }
      for (const path of updateMask.paths as string[]) {
        const name = path.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase())
        if (gadget[name] === undefined) delete saved[name]
        else saved[name] = gadget[name]
      }
      gadgets.set(saved.id, saved)
      return saved
    },
    DeleteGadget({ id, etag }) {
      same(find(id), etag)
      gadgets.delete(id)
      return {}
    },
    async CloseGadget({ id, reason }) {
      if (reason === 'slow') await new Promise((resolve) => setTimeout(resolve, 30_000).unref())
      return find(id)
    },
  }

  const server = new Server()
  const methods = new Map(contract.methods.map((method) => [method.rpc.name, method]))
  const definition: Fields = {}
  const implementation: Record<string, UntypedHandleCall> = {}
  for (const [name, method] of methods) {
    definition[name] = definitionOf(method)
    implementation[name] = (call: Fields, done: (error: object | null, value?: Buffer) => void) => {
      if (failing > 0) {
        failing--
        return done({ code: 14, details: 'gone' })
      }
      call.on('cancelled', () => state.cancelled.push(name))
      if (method.stream === 'upload') return void takeUpload(call as never, method, state, gadgets).then((value) => done(null, value), refuse)
      if (method.stream === 'download') return void sendFile(call as never, method, find)
      const request = decode(method.rpc.input, call.request)
      state.calls.push({ rpc: name, metadata: call.metadata, request })
      Promise.resolve().then(() => handlers[name]!(request, call.metadata)).then((value) => done(null, encode(method.rpc.output, value)), refuse)
      function refuse(error: unknown): void {
        done(toStatus(error))
      }
    }
  }
  server.addService(definition as never, implementation)
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, at) => (error === null ? resolve(at) : reject(error)))
  })
  return Object.assign(state, {
    address: `127.0.0.1:${port}`,
    failNext: (times: number) => void (failing = times),
    async stop() {
      server.forceShutdown()
    },
  })
}

async function takeUpload(call: AsyncIterable<Buffer>, method: Method, state: Fields, gadgets: Map<string, Fields>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let first: Fields | undefined
  for await (const bytes of call) {
    const part = decode(method.rpc.input, bytes)
    first ??= part
    if (!gadgets.has(first.id)) throw notFound('gadget', first.id)
    chunks.push(Buffer.from(part.data))
  }
  state.uploaded = { bytes: Buffer.concat(chunks), parts: chunks.length, first: first ?? {} }
  return encode(method.rpc.output, gadgets.get(first!.id)!)
}

async function sendFile(call: { request: Buffer; write(part: Buffer): void; end(): void; emit(name: 'error', error: Error): void }, method: Method, find: (id: string) => Fields): Promise<void> {
  try {
    const { note } = find(decode(method.rpc.input, call.request).id)
    const data = Buffer.from(note)
    call.write(encode(method.rpc.output, { contentType: 'text/csv; charset=utf-8', data: data.subarray(0, 3) }))
    if (note === 'endless') return // until the one who asks leaves
    call.write(encode(method.rpc.output, { data: data.subarray(3) }))
    call.end()
  } catch (error) {
    call.emit('error', Object.assign(new Error('refused'), toStatus(error)))
  }
}

function definitionOf({ grpcPath, stream }: Method): object {
  const same = (bytes: Buffer) => bytes
  return {
    path: grpcPath,
    requestStream: stream === 'upload',
    responseStream: stream === 'download',
    requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same,
  }
}

function decode(desc: DescMessage, bytes: Uint8Array): Fields {
  return fromBinary(desc, bytes) as Message & Fields
}

function encode(desc: DescMessage, value: Fields): Buffer {
  return Buffer.from(toBinary(desc, create(desc, value as MessageInitShape<DescMessage>)))
}

function fail(error: Error): never {
  throw error
}
