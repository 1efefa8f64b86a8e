import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Product } from './product.ts'

/** Lets a test stop and start the product, which belongs to the launcher: POST /stop, POST /start. */
export async function serveControl(product: Product): Promise<{ url: string; close(): void }> {
  const verbs: Record<string, () => Promise<void>> = { '/stop': () => product.stop(), '/start': () => product.start() }
  const server = createServer((request, response) => {
    const verb = request.method === 'POST' ? verbs[request.url ?? ''] : undefined
    const answer = (status: number, text = '') => void response.writeHead(status).end(text)
    if (verb === undefined) answer(404)
    else
      verb().then(
        () => answer(204),
        (error: Error) => answer(500, error.message),
      )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
