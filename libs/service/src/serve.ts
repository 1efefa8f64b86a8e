import type {
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
  MethodDefinition,
  sendUnaryData,
  Server,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  UntypedHandleCall,
} from '@grpc/grpc-js'
import type { Method } from '@vitrylo/proto/contract.ts'
import type { AppError } from '@vitrylo/errors'
import { admit, nameOf, type Interceptors } from './admit.ts'
import { answer, pour } from './answer.ts'
import type { Refused } from './audit/index.ts'
import type { Call } from './call.ts'
import { fromOf, type From } from './from.ts'
import { guarded } from './fields/guard.ts'
import { namesOf, trimmed } from './fields/trim.ts'
import { contract, validate } from './validate.ts'

type Handler<Kind> =
  Kind extends handleUnaryCall<infer In, infer Out> ? (request: In, call: Call) => Promise<Out>
  : Kind extends handleClientStreamingCall<infer In, infer Out> ? (parts: AsyncIterable<In>, call: Call) => Promise<Out>
  : Kind extends handleServerStreamingCall<infer In, infer Out> ? (request: In, call: Call) => AsyncIterable<Out>
  : never

/** Handlers as a service writes them, one per RPC, from the server type that ts-proto generates. */
export type Handlers<S> = { [K in keyof S as string extends K ? never : K]: Handler<S[K]> }

export type Served = { definition: ServiceDefinition; handlers: Record<string, unknown> }

/** Binds handlers to a service of the contract: serve<BranchServiceServer>(BranchServiceService, branchService(deps)). */
export function serve<S>(definition: ServiceDefinition, handlers: Handlers<S>): Served {
  return { definition, handlers: handlers as Record<string, unknown> }
}

/**
 * Adds a service to the server. For every call, once and in this order: peer, token, right, limits of the contract, limited
 * fields, the handler, error mapping, one log line. An RPC that declares no right stops the start.
 */
export function addService(server: Server, { definition, handlers }: Served, around: Interceptors): void {
  const methods = new Map(contract().contract.methods.map((method) => [method.grpcPath, method]))
  const definitions: Record<string, MethodDefinition<any, any>> = {}
  const implementation: Record<string, UntypedHandleCall> = {}
  for (const [name, rpc] of Object.entries(definition)) {
    const method = methods.get(rpc.path)
    const handler = handlers[name]
    if (method === undefined || typeof handler !== 'function') throw new Error(`${rpc.path} has no right or no handler`)
    // Bytes reach us undecoded: a bad request is then our error and not grpc-js's INTERNAL.
    definitions[name] = { ...rpc, requestDeserialize: (bytes: Buffer) => bytes }
    implementation[name] = IMPLEMENT[method.stream]({ rpc, method, handler: handler as Route['handler'], around })
  }
  server.addService(definitions, implementation)
}

type Route = {
  rpc: MethodDefinition<any, any>
  method: Method
  handler: (request: unknown, call: Call) => any
  around: Interceptors
}

const IMPLEMENT: Record<Method['stream'], (route: Route) => UntypedHandleCall> = {
  unary: (route) => (call: ServerUnaryCall<Buffer, unknown>, done: sendUnaryData<unknown>) =>
    finish(route, call, done as Done, async () => {
      const admitted = await enter(route, call, call.request)
      const request = guarded(route.method, asked(admitted, decode(route, call.request)), admitted.caller)
      return shown(route, admitted, await route.handler(request, admitted))
    }),
  upload: (route) => (stream: ServerReadableStream<Buffer, unknown>, done: sendUnaryData<unknown>) =>
    finish(route, stream, done as Done, async () => {
      const admitted = await enter(route, stream)
      return shown(route, admitted, await route.handler(decodeAll(route, stream), admitted))
    }),
  download: (route) => (stream: ServerWritableStream<Buffer, unknown>) =>
    finish(route, stream, (error) => endStream(stream, error), async () => {
      const admitted = await enter(route, stream, stream.request)
      const request = guarded(route.method, asked(admitted, decode(route, stream.request)), admitted.caller)
      const parts: AsyncIterable<unknown> = route.handler(request, admitted)
      return pour(stream, parts, async () => admitted.deed.gaveNothing || route.around.audit.exported(admitted.deed))
    }),
}

function asked<T>({ deed }: Call, request: T): T {
  deed.request = request
  return request
}

/** The answer as its caller may see it; whoever reads what is watched is named before it leaves. */
async function shown({ method, around }: Route, { caller, deed }: Call, answer: object): Promise<object> {
  const { typeName } = method.rpc.output
  const whole = trimmed(caller, typeName, answer)
  const seen = (deed.request as { namesOnly?: boolean } | undefined)?.namesOnly === true ? namesOf(typeName, whole) : whole
  await around.audit.shown(deed, typeName, seen)
  return seen
}

// The status of a refused stream travels by its 'error' event; destroy() would leave the caller waiting.
function endStream(stream: ServerWritableStream<Buffer, unknown>, error: object | null): void {
  if (error === null) stream.end()
  else stream.emit('error', Object.assign(new Error('refused'), error))
}

type Done = (error: object | null, value?: unknown) => void
type AnyCall = { metadata: Metadata; on(event: string, listener: () => void): unknown }

function finish({ method, around }: Route, call: object, done: Done, work: () => Promise<unknown>): void {
  const refused = (error: AppError): void => around.audit.refused(refusalOf(method, call, error))
  void answer(work, { method, metadata: (call as AnyCall).metadata, log: around.log, refused }, done)
}

// Who it was is known, if at all, by how far the call came.
const origins = new WeakMap<object, From>()

function refusalOf(method: Method, call: object, { reason, metadata }: AppError): Refused {
  const { address = '', sessionId = '', caller } = origins.get(call) ?? {}
  const { section, action } = method
  return {
    section, action, method: nameOf(method), recordId: metadata.id ?? '', reason, actorId: caller?.employeeId ?? '', username: caller?.username ?? '',
    client: caller?.client ?? '', sessionId, address, branchId: caller?.branchId ?? '',
  }
}

// Made once: every stream ends so, and an error with its stack is dear.
const GONE = new Error('the call has ended')

async function enter({ rpc, method, around }: Route, call: object, bytes: Buffer = Buffer.alloc(0)): Promise<Call> {
  const { metadata, on } = call as AnyCall
  const peer = around.admitPeer(call, rpc.path)
  const from = fromOf(call, metadata, peer)
  origins.set(call, from)
  const abort = new AbortController()
  on.call(call, 'cancelled', () => abort.abort(GONE)) // the deadline has passed, or the client is gone
  return admit({ rpc, method, metadata, signal: abort.signal, bytes, from }, around)
}

/** Judges a request by the limits of the contract, then decodes it. */
function decode({ rpc, method }: Route, bytes: Buffer): unknown {
  validate(method.rpc, bytes)
  return rpc.requestDeserialize(bytes)
}

async function* decodeAll({ rpc }: Route, stream: ServerReadableStream<Buffer, unknown>): AsyncGenerator<unknown> {
  for await (const bytes of stream) yield rpc.requestDeserialize(bytes as Buffer)
}
