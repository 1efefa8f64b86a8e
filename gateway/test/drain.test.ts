import { Agent, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import Fastify from 'fastify'
import { addDrain } from '../src/http/drain.ts'

type Answer = { status: number; connection: string | undefined }

test('a connection that rests when the end begins still gets its next answer, and is then let go', async () => {
  const app = Fastify({ forceCloseConnections: 'idle', return503OnClosing: false })
  app.get('/', () => 'here')
  app.register(async (scope) => addDrain(scope, app.server))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { port } = app.server.address() as AddressInfo
  const ask = () =>
    new Promise<Answer>((resolve, reject) => {
      const sent = get({ host: '127.0.0.1', port, agent }, (response) => {
        response.resume().on('end', () => resolve({ status: response.statusCode!, connection: response.headers.connection }))
      })
      sent.on('error', reject)
    })
  expect(await ask()).toEqual({ status: 200, connection: 'keep-alive' })
  const closing = app.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(await ask()).toEqual({ status: 200, connection: 'close' })
  await closing
  agent.destroy()
})
