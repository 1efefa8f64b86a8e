import { once } from 'node:events'
import { create, fromBinary, toBinary, toJson, type MessageInitShape, type DescMessage } from '@bufbuild/protobuf'
import type { ClientWritableStream, ServiceError } from '@grpc/grpc-js'
import { AppError, fromStatus } from '@vitrylo/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { unsupported } from '../http/body.ts'
import { tooLarge } from '../http/problem.ts'
import { gather } from './gather.ts'
import { idempotencyKey, metadataOf } from './metadata.ts'
import { watchHold } from '../sign-in/still-holds.ts'
import type { Plan } from './plan.ts'
import { identity, toBuffer } from './send.ts'
import { clientGone, type RestDeps } from './unary.ts'

const CHUNK_BYTES = 65_536
const MIB = 1024 * 1024
/** Of a file of rows for an import. */
const MAX_BYTES = 256 * MIB
const IDLE_MS = 30_000

/**
 * The body as it is -> a stream of parts: the first names the target, the others carry at most 64 kB each. Nothing is
 * kept here: the next part is read from the client when the service took the one before.
 */
export function uploadHandler(plan: Plan, { registry, channels, streamDeadlineMs, stillHolds, fileMax }: RestDeps) {
  const { input, output } = plan.method.rpc
  const type = input.fields.find(({ name }) => name === 'content_type')
  // Who asks for the size keeps the file; it is refused before its body is read.
  const size = input.fields.find(({ name }) => name === 'size')
  const most = size === undefined ? MAX_BYTES : fileMax
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const contentType = request.headers['content-type'] ?? 'application/octet-stream'
    if (/^multipart\//i.test(contentType)) throw unsupported('the file itself, not as a form')
    const length = Number(request.headers['content-length'] ?? 0)
    if (length > most) throw tooLarge(most, 'a file')
    const head = gather(plan, request)
    if (size !== undefined) head[size.jsonName] = BigInt(length)
    if (type !== undefined) head[type.jsonName] = contentType
    const client = channels.of(plan.method, false)
    const metadata = metadataOf(request, idempotencyKey(request))
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const done = (error: ServiceError | null, value?: Buffer) => (error === null ? resolve(value!) : reject(fromStatus(error)))
      const options = { deadline: Date.now() + streamDeadlineMs }
      const stream = client.makeClientStreamRequest(plan.method.grpcPath, toBuffer, identity, metadata, options, done)
      reply.raw.once('close', watchHold(stillHolds, request.identity!, () => stream.cancel()))
      pour(request, { input, head, most }, stream).catch((error: unknown) => {
        stream.cancel()
        reject(error)
      })
    }).catch((error: unknown) => {
      // The rest of the body is not wanted: the connection cannot be used again.
      reply.header('connection', 'close')
      throw error
    })
    const json = toJson(output, fromBinary(output, answer), { alwaysEmitImplicit: true, registry })
    return reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(JSON.stringify(json))
  }
}

type Pouring = { input: DescMessage; head: object; most: number }

async function pour({ raw }: FastifyRequest, { input, head, most }: Pouring, stream: ClientWritableStream<Uint8Array>): Promise<void> {
  const encode = (part: object) => toBinary(input, create(input, part as MessageInitShape<DescMessage>))
  stream.write(encode(head))
  const ended = new AbortController()
  // The service may refuse in the middle: then nobody drains the stream any more.
  stream.once('close', () => ended.abort())
  let total = 0
  raw.setTimeout(IDLE_MS, () => raw.destroy(new AppError('INVALID_ARGUMENT', 'REQUEST_TIMEOUT', 'the upload stalled')))
  try {
    for await (const chunk of raw as AsyncIterable<Buffer>) {
      total += chunk.length
      if (total > most) throw tooLarge(most, 'a file')
      for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
        if (stream.destroyed) return
        const more = stream.write(encode({ data: chunk.subarray(at, at + CHUNK_BYTES) }))
        if (!more) await once(stream, 'drain', { signal: ended.signal }).catch(() => {})
      }
    }
  } catch (error) {
    throw error instanceof AppError ? error : clientGone()
  }
  stream.end()
}
