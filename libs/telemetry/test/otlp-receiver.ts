import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

export type ReceivedSpan = {
  service: string
  traceId: string
  spanId: string
  parentSpanId: string
  name: string
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  attributes: Record<string, string>
  failed: boolean
}

export type Receiver = {
  url: string
  spans: ReceivedSpan[]
  /** Every byte that came in. */
  bodies: Buffer[]
  stop(): Promise<void>
}

/** A collector for tests: takes spans by OTLP over HTTP and keeps them. */
export async function startReceiver(): Promise<Receiver> {
  const spans: ReceivedSpan[] = []
  const bodies: Buffer[] = []
  const server = createServer(async (request, response) => {
    const sent = await buffer(request)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    bodies.push(body)
    spans.push(...spansOf(body))
    response.setHeader('content-type', 'application/x-protobuf').end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Field = Buffer | bigint | number
type Message = Map<number, Field[]>

const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const

// Numbers of opentelemetry/proto/trace/v1/trace.proto.
function spansOf(body: Buffer): ReceivedSpan[] {
  return messages(read(body), 1).flatMap((resourceSpans) => {
    const service = attributesOf(messages(resourceSpans, 1)[0]!, 1)['service.name'] ?? ''
    return messages(resourceSpans, 2).flatMap((scope) => messages(scope, 2).map((span) => spanOf(service, span)))
  })
}

function spanOf(service: string, span: Message): ReceivedSpan {
  const bytes = (number: number): Buffer => (span.get(number)?.[0] as Buffer | undefined) ?? Buffer.alloc(0)
  return {
    service,
    traceId: bytes(1).toString('hex'),
    spanId: bytes(2).toString('hex'),
    parentSpanId: bytes(4).toString('hex'),
    name: bytes(5).toString(),
    kind: KINDS[Number(span.get(6)?.[0] ?? 0)]!,
    attributes: attributesOf(span, 9),
    failed: Number(messages(span, 15)[0]?.get(3)?.[0] ?? 0) === 2,
  }
}

function attributesOf(message: Message, number: number): Record<string, string> {
  const pairs = messages(message, number).map((pair) => {
    const value = [...messages(pair, 2)[0]!.values()][0]![0]!
    return [(pair.get(1)![0] as Buffer).toString(), value.toString()]
  })
  return Object.fromEntries(pairs)
}

const messages = (message: Message, number: number): Message[] => (message.get(number) ?? []).map((field) => read(field as Buffer))

function read(bytes: Uint8Array): Message {
  const reader = new BinaryReader(bytes)
  const message: Message = new Map()
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag()
    message.set(number, [...(message.get(number) ?? []), valueOf(reader, type)])
  }
  return message
}

function valueOf(reader: BinaryReader, type: WireType): Field {
  if (type === WireType.LengthDelimited) return Buffer.from(reader.bytes())
  if (type === WireType.Bit64) return BigInt(reader.fixed64())
  return type === WireType.Bit32 ? reader.fixed32() : BigInt(reader.uint64())
}
