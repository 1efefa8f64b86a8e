import { fromBinary, toJson, type JsonObject, type Registry } from '@bufbuild/protobuf'
import type { Client, ClientUnaryCall, ServiceError } from '@grpc/grpc-js'
import { AppError, fromStatus } from '@vitrylo/errors'
import { inSpan } from '@vitrylo/telemetry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Method } from '@vitrylo/proto/contract.ts'
import type { NoteRead } from '../reads/bulk-reads.ts'
import type { Count } from '../reads/count-records.ts'
import type { StillHolds } from '../sign-in/still-holds.ts'
import type { Channels } from './channels.ts'
import { encode, gather } from './gather.ts'
import { idempotencyKey, metadataOf } from './metadata.ts'
import type { Plan } from './plan.ts'
import { send, type Sending } from './send.ts'

export type RestDeps = {
  registry: Registry
  channels: Channels
  deadlineMs: number
  streamDeadlineMs: number
  /** Bytes of a file in a custom field, at most. */
  fileMax: number
  countOf: (method: Method) => Count | undefined
  noteRead: NoteRead
  stillHolds: StillHolds
}

/** REST -> one gRPC call -> JSON, for every unary method of the contract. */
export function unaryHandler(plan: Plan, { registry, channels, deadlineMs, countOf, noteRead }: RestDeps) {
  const { method } = plan
  const { output } = method.rpc
  const count = countOf(method)
  const rpc = method.grpcPath.slice(1)
  const span = { kind: 'client', attributes: { 'rpc.system.name': 'grpc', 'rpc.method': rpc } } as const
  const isEmpty = output.typeName === 'google.protobuf.Empty'
  const options = { alwaysEmitImplicit: true, registry }
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const bytes = encode(plan, gather(plan, request), registry)
    const key = method.safe ? undefined : idempotencyKey(request)
    const client = channels.of(method, key !== undefined)
    const repeatable = method.safe || (method.idempotent && key !== undefined)
    const sending = { path: method.grpcPath, bytes, deadline: Date.now() + deadlineMs, repeatable }
    // The metadata carry the span on, so they are made inside it.
    const answer = await inSpan(rpc, span, () => call(client, { ...sending, metadata: metadataOf(request, key) }, reply))
    reply.header('cache-control', 'no-store')
    if (isEmpty) return reply.code(204).send()
    const json = toJson(output, fromBinary(output, answer), options) as JsonObject
    if (count !== undefined) noteRead(request, count(json))
    if (typeof json.etag === 'string' && json.etag !== '') reply.header('etag', `"${json.etag}"`)
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(json))
  }
}

async function call(client: Client, sending: Sending, reply: FastifyReply): Promise<Buffer> {
  let current: ClientUnaryCall | undefined
  // The client is gone: so is the reason for the work.
  const abandon = () => current?.cancel()
  reply.raw.once('close', abandon)
  try {
    return await send(client, sending, (begun) => (current = begun))
  } catch (error) {
    throw reply.raw.destroyed ? clientGone() : fromStatus(error as ServiceError)
  } finally {
    reply.raw.off('close', abandon)
  }
}

export function clientGone(): AppError {
  return new AppError('CANCELLED', 'CLIENT_GONE', 'the client went away')
}
