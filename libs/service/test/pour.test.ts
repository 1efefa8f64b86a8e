import { Client, credentials, Server, ServerCredentials, type ServerWritableStream } from '@grpc/grpc-js'
import { expect, test } from '@jest/globals'
import { until } from '@vitrylo/testkit'
import { pour } from '../src/answer.ts'

const same = (bytes: Buffer): Buffer => bytes
const method = {
  path: '/test.Files/Download', requestStream: false, responseStream: true,
  requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same,
} as const

test('a reader who leaves in the middle ends the work behind the file', async () => {
  let made = 0
  let ended = false
  async function* parts(): AsyncGenerator<Buffer> {
    try {
      for (;;) yield Buffer.alloc(65_536, made++ % 256)
    } finally {
      ended = true
    }
  }
  const server = new Server()
  server.addService({ download: method }, { download: (stream: ServerWritableStream<Buffer, Buffer>) => void pour(stream, parts()) })
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))))
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  try {
    const stream = client.makeServerStreamRequest(method.path, same, same, Buffer.alloc(0))
    stream.on('error', () => {})
    // Nobody reads: the writer waits for room.
    let before = -1
    await until(() => {
      const waits = made > 0 && made === before
      before = made
      return waits
    })
    stream.cancel()
    await until(() => ended)
    expect(made).toBeLessThan(1_000)
  } finally {
    client.close()
    server.forceShutdown()
  }
})
