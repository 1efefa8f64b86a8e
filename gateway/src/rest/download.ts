import { Readable } from 'node:stream'
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js'
import { fromStatus } from '@vitrylo/errors'
import { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import { fileIn, nameIn, recordsIn, type FileFacts } from '@vitrylo/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { encode, gather } from './gather.ts'
import { metadataOf } from './metadata.ts'
import { watchHold } from '../sign-in/still-holds.ts'
import type { Plan } from './plan.ts'
import { toBuffer } from './send.ts'
import type { RestDeps } from './unary.ts'

const TYPE = /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/
// As the contract limits it.
const KNOWN_LENGTH = 1000
const ENDINGS: Record<string, string> = {
  'text/csv': '.csv', 'application/json': '.json', 'application/zip': '.zip', 'text/plain': '.txt', 'text/vcard': '.vcf',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': '.xlsx',
}

/** A stream of google.api.HttpBody -> the file. It is saved, never shown: what is inside was made by others. */
export function downloadHandler(plan: Plan, { registry, channels, streamDeadlineMs, noteRead, stillHolds }: RestDeps) {
  const { method } = plan
  const known = method.rpc.input.fields.find(({ name }) => name === 'known')
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const asked = gather(plan, request)
    if (known !== undefined) asked[known.jsonName] = (request.headers['if-none-match'] ?? '').slice(0, KNOWN_LENGTH)
    const bytes = encode(plan, asked, registry)
    const options = { deadline: Date.now() + streamDeadlineMs }
    const stream = channels
      .of(method, false)
      .makeServerStreamRequest(method.grpcPath, toBuffer, HttpBody.decode, bytes, metadataOf(request), options)
    // An export runs for minutes: it ends with the session or token that it was asked with.
    const unwatch = watchHold(stillHolds, request.identity!, () => stream.cancel())
    reply.raw.once('close', () => {
      unwatch()
      stream.cancel()
    })
    const parts = stream[Symbol.asyncIterator]() as AsyncIterator<HttpBody>
    // A refusal comes before the first part: it can still be a problem.
    const first = await parts.next().catch(refuse)
    const type = TYPE.test(first.value?.contentType ?? '') ? first.value.contentType : 'application/octet-stream'
    const file = first.value && fileIn(first.value)
    const name = file?.name ?? (first.value && nameIn(first.value))
    reply.header('cache-control', 'no-store').header('content-disposition', name === undefined ? `attachment; filename="${fileName(method.rpc.name, type)}"` : dispositionOf(name))
    if (file !== undefined && addFacts(request, reply, file)) {
      stream.cancel()
      return reply.code(304).send()
    }
    return reply.type(type).send(Readable.from(dataOf(first, parts, stream, (records) => noteRead(request, records))))
  }
}

async function* dataOf(first: IteratorResult<HttpBody>, rest: AsyncIterator<HttpBody>, stream: ClientReadableStream<HttpBody>, note: (records: number) => void): AsyncGenerator<Uint8Array> {
  try {
    for (let part = first; part.done !== true; part = await rest.next()) {
      note(recordsIn(part.value))
      if (part.value.data.length > 0) yield part.value.data
    }
  } finally {
    stream.cancel()
  }
}

function refuse(error: unknown): never {
  throw fromStatus(error as ServiceError)
}

/** `DownloadImportErrors` as text/csv -> `import-errors.csv`. */
function fileName(rpc: string, type: string): string {
  const words = rpc.replace(/^(Download|Export|Get)/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
  return words + (ENDINGS[type.split(';')[0]!] ?? '')
}

/** What is said of a file that somebody brought; true when the client has these bytes. Opened from the answer, it is a page that may do nothing. */
function addFacts({ headers }: FastifyRequest, reply: FastifyReply, { size, etag, isSensitive }: FileFacts): boolean {
  reply.header('content-security-policy', `sandbox; default-src 'none'; frame-ancestors 'none'`)
  if (isSensitive) {
    reply.header('content-length', size)
    return false
  }
  const tag = `"${etag}"`
  // The browser may keep it, and asks each time whether it may still be seen.
  reply.header('cache-control', 'private, no-cache').header('etag', tag)
  if (headers['if-none-match']?.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)) return true
  reply.header('content-length', size)
  return false
}

/** The name for everybody (RFC 6266), and in letters of ASCII for those who know no other: letters of double width become slashes there. */
function dispositionOf(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/[^\x20-\x7e]+/g, '_').replaceAll(/["\\%/]|^\.+$/g, '_')
  const whole = encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}
