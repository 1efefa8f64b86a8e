import { Server, type ServerOptions } from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'
import type { Interceptors } from './admit.ts'
import type { ServiceConfig } from './config.ts'
import type { Stop } from './define.ts'
import type { Readiness } from './readiness.ts'
import { addService, type Served } from './serve.ts'
import { Refusal } from './settings.ts'
import { serverCredentials } from './tls.ts'

export type GrpcServer = { address: string; stop: Stop }

type Options = {
  config: Pick<ServiceConfig, 'grpcListen' | 'grpcMaxAgeMs' | 'drainMs' | 'tls'>
  served: readonly Served[]
  around: Interceptors
  readiness: Readiness
}

// As long as the longest legal stream: the age of its connection must not cut an upload.
const STREAM_MS = 900_000
const HEALTH_MS = 2_000

/** Serves calls, and the standard health service that follows the readiness of the process. */
export async function startGrpcServer({ config, served, around, readiness }: Options): Promise<GrpcServer> {
  const server = new Server(optionsOf(config.grpcMaxAgeMs))
  for (const service of served) addService(server, service, around)
  const health = new HealthImplementation({ '': 'NOT_SERVING' })
  health.addToServer(server)
  const address = await listen(server, config)
  const follow = async () => health.setStatus('', (await readiness.look()).ready ? 'SERVING' : 'NOT_SERVING')
  const timer = setInterval(() => void follow(), HEALTH_MS)
  timer.unref()
  void follow()
  return {
    address,
    async stop() {
      clearInterval(timer)
      health.setStatus('', 'NOT_SERVING')
      await shutDown(server, config.drainMs)
    },
  }
}

/** Callers look for new addresses only when a connection ends: its age is what makes a new pod known. */
const optionsOf = (maxAgeMs: number): ServerOptions => ({
  'grpc.max_connection_age_ms': maxAgeMs,
  'grpc.max_connection_age_grace_ms': STREAM_MS,
  'grpc.enable_channelz': 0, // counts every call for a debugger that nothing here serves
})

function listen(server: Server, { grpcListen, tls }: Options['config']): Promise<string> {
  const host = grpcListen.slice(0, grpcListen.lastIndexOf(':'))
  return new Promise((resolve, reject) => {
    server.bindAsync(grpcListen, serverCredentials(tls), (error, port) =>
      error === null ? resolve(`${host}:${port}`) : reject(new Refusal(`setting VITRYLO_GRPC_LISTEN: cannot listen on ${grpcListen}`, { cause: error })),
    )
  })
}

/** Calls under way may end; those that take longer are cut. */
function shutDown(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.forceShutdown(), drainMs)
    server.tryShutdown(() => {
      clearTimeout(force)
      resolve()
    })
  })
}
