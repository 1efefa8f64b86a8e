import {
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  type MethodDefinition,
  type Server,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedHandleCall,
} from '@grpc/grpc-js'
import type { RightsStore, Verify } from '@vitrylo/auth'
import { AppError, toStatus } from '@vitrylo/errors'
import { withTraceparent } from '@vitrylo/events'
import type { Pool } from '@vitrylo/pg'
import { SIGNED_IN, type Method } from '@vitrylo/proto/contract.ts'
import type { Logger } from 'pino'
import { transactOnce, type Call } from './call.ts'
import { fromStore } from './store-error.ts'
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

export type Interceptors = { pool: Pool; verify: Verify; rights: RightsStore; now: () => Date; log: Logger; committed(): void }

/**
 * Adds a service to the server. For every call, once and in this order: token, right, limits of the contract, the
 * handler, error mapping, one log line. An RPC that declares no right stops the start.
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
    implementation[name] = implement(rpc, method, handler as (...args: unknown[]) => any, around)
  }
  server.addService(definitions, implementation)
}

type AnyCall = ServerUnaryCall<any, any> | ServerReadableStream<any, any> | ServerWritableStream<any, any>
type Fn = (request: unknown, call: Call) => any

function implement(rpc: MethodDefinition<any, any>, method: Method, handler: Fn, around: Interceptors): UntypedHandleCall {
  if (method.stream === 'upload') {
    return (stream: ServerReadableStream<Buffer, unknown>, done: (e: object | null, value?: unknown) => void) =>
      answer(async () => handler(decoded(stream, rpc), await admit(stream, rpc, method, around)), stream, method, around, done)
  }
  if (method.stream === 'download') {
    return (stream: ServerWritableStream<Buffer, unknown>) =>
      void answer(async () => pour(stream, handler(open(stream, rpc, method), await admit(stream, rpc, method, around))), stream, method, around,
        (error) => (error === null ? stream.end() : stream.destroy(Object.assign(new Error('refused'), error))))
  }
  return (call: ServerUnaryCall<Buffer, unknown>, done: (e: object | null, value?: unknown) => void) =>
    answer(async () => {
      const admitted = await admit(call, rpc, method, around, call.request)
      return handler(open(call, rpc, method), admitted)
    }, call, method, around, done)
}

/** Decodes and judges the request of a call that has one. */
function open(call: { request: Buffer }, rpc: MethodDefinition<any, any>, method: Method): unknown {
  validate(method.rpc, call.request)
  return rpc.requestDeserialize(call.request)
}

async function* decoded(stream: ServerReadableStream<Buffer, unknown>, rpc: MethodDefinition<any, any>): AsyncGenerator<unknown> {
  for await (const bytes of stream) yield rpc.requestDeserialize(bytes as Buffer)
}

async function pour(stream: ServerWritableStream<Buffer, unknown>, parts: AsyncIterable<unknown>): Promise<void> {
  for await (const part of parts) {
    if (!stream.write(part)) await new Promise<void>((resolve) => stream.once('drain', resolve))
  }
}

async function answer(
  work: () => Promise<unknown>,
  call: AnyCall,
  method: Method,
  around: Interceptors,
  done: (error: object | null, value?: unknown) => void,
): Promise<void> {
  const started = performance.now()
  let failure: AppError | undefined
  try {
    const traceparent = call.metadata.get('traceparent')[0]?.toString()
    const value = await withTraceparent(traceparent, work)
    done(null, value)
  } catch (thrown) {
    const error = fromStore(thrown)
    failure = error instanceof AppError ? error : new AppError('INTERNAL', 'INTERNAL', 'internal error', {}, [], error)
    done(toStatus(failure))
  }
  logLine(around.log, method, call.metadata, performance.now() - started, failure)
}

// Ids, never messages: personal data stays out of the log.
function logLine(log: Logger, method: Method, metadata: Metadata, ms: number, failure: AppError | undefined): void {
  const line = { rpc: method.grpcPath, ms: Math.round(ms * 10) / 10, trace: metadata.get('traceparent')[0] }
  if (failure === undefined) log.info(line, 'call')
  else if (failure.code === 'INTERNAL') log.error({ ...line, reason: failure.reason, err: failure.cause }, 'call failed')
  else log.info({ ...line, code: failure.code, reason: failure.reason }, 'call refused')
}

async function admit(
  call: AnyCall,
  rpc: MethodDefinition<any, any>,
  method: Method,
  { pool, verify, rights, now, log, committed }: Interceptors,
  bytes: Buffer = Buffer.alloc(0),
): Promise<Call> {
  const abort = new AbortController()
  ;(call as ServerUnaryCall<unknown, unknown>).on('cancelled', () => abort.abort()) // each kind of call has it, their types do not agree
  const caller = rights.callerOf(await verify(bearerOf(call.metadata)))
  if (method.action !== SIGNED_IN && caller.reach(method.section, method.action) === undefined) {
    const { section, action } = method
    throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', `you need the right ${section}: ${action}`, { section, action })
  }
  const key = call.metadata.get('idempotency-key')[0]?.toString()
  const command = { pool, rpc, caller, key: key === '' ? undefined : key, bytes }
  return {
    caller,
    signal: abort.signal,
    log,
    now: now(),
    async transact(work) {
      const answer = await transactOnce(command, work)
      committed()
      return answer
    },
  }
}

function bearerOf(metadata: Metadata): string {
  const header = metadata.get('authorization')[0]?.toString() ?? ''
  if (/^Bearer [\x21-\x7e]+$/i.test(header)) return header.slice(7)
  throw new AppError('UNAUTHENTICATED', 'TOKEN_MISSING', 'no access token was given; sign in first')
}

