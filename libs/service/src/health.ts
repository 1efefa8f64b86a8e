import { createServer, type ServerResponse } from 'node:http'
import type { Readiness } from './readiness.ts'
import { Refusal } from './settings.ts'
import type { Stop } from './define.ts'

export type Health = { port: number; stop: Stop }

type Options = {
  /** address:port */
  listen: string
  readiness: Readiness
  /** Text of Prometheus; without it `/metrics` is absent. */
  metrics?: () => Promise<string>
}

type Answer = { status: number; type: string; body: string }

/**
 * Where probes ask, from the first moment of the process on. `/health/live` says that the event loop turns and asks
 * nobody, so that the fault of a store never restarts a process; `/health/ready` says why not.
 */
export async function startHealth({ listen, readiness, metrics }: Options): Promise<Health> {
  const routes: Record<string, (() => Promise<Answer>) | undefined> = {
    '/health/live': async () => json(200, { status: 'live' }),
    '/health/ready': () => readyAnswer(readiness),
    '/metrics': metrics && (async () => ({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: await metrics() })),
  }
  const server = createServer((request, response) => {
    const route = routes[request.url?.split('?')[0] ?? '']
    const asked = route === undefined ? Promise.resolve(json(404, { status: 'not found' })) : route()
    asked.then(
      (answer) => send(response, answer),
      () => send(response, json(500, { status: 'failed' })),
    )
  })
  const split = listen.lastIndexOf(':')
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Refusal(`setting VITRYLO_HEALTH_LISTEN: cannot listen on ${listen} (${(error as NodeJS.ErrnoException).code})`)))
    server.listen(Number(listen.slice(split + 1)), listen.slice(0, split), resolve)
  })
  return {
    port: (server.address() as { port: number }).port,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The body of `/health/ready`, here and at the gateway's own port. */
export async function readyAnswer(readiness: Readiness): Promise<Answer> {
  const { ready, reasons, notes } = await readiness.look()
  return ready ? json(200, { status: 'ready', notes }) : json(503, { status: 'not ready', reasons, notes })
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', connection: 'close' }).end(body)
}
