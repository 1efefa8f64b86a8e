import { Client, credentials } from '@grpc/grpc-js'
import type { Contract, Method } from '@vitrylo/proto/contract.ts'

export type Channels = {
  /** `keyed`: the request has an idempotency key, so a repeat has one effect. */
  of(method: Method, keyed: boolean): Client
  close(): void
}

const RETRY = {
  maxAttempts: 4,
  initialBackoff: '0.05s',
  maxBackoff: '1s',
  backoffMultiplier: 2,
  retryableStatusCodes: ['UNAVAILABLE'],
}

/** Proto package of an area -> name of the service that serves it. */
const SERVICE_OF_AREA: Record<string, string> = { servicedesk: 'service-desk' }

/**
 * Two clients per service, because a retry policy belongs to a channel: one repeats what changes nothing, the other
 * also what carries an idempotency key. A write without a key is never repeated.
 */
export function createChannels({ methods }: Contract, addresses: Readonly<Record<string, string>>): Channels {
  const clients = new Map<string, { once: Client; keyed: Client }>()
  for (const area of new Set(methods.map(areaOf))) {
    const service = SERVICE_OF_AREA[area] ?? area
    const address = addresses[service]
    if (address === undefined) throw new Error(`setting VITRYLO_SERVICES has no address of ${service}`)
    const own = methods.filter((method) => areaOf(method) === area && method.stream === 'unary')
    const once = connect(address, own.filter(({ safe }) => safe))
    clients.set(area, { once, keyed: connect(address, own.filter(({ idempotent }) => idempotent)) })
  }
  return {
    of: (method, keyed) => clients.get(areaOf(method))![keyed ? 'keyed' : 'once'],
    close() {
      for (const { once, keyed } of clients.values()) {
        once.close()
        keyed.close()
      }
    },
  }
}

/** `vitrylo.contacts.v1.ImportService` -> `contacts`. */
function areaOf({ rpc }: Method): string {
  return rpc.parent.typeName.split('.')[1]!
}

function connect(address: string, repeatable: Method[]): Client {
  const name = repeatable.map(({ rpc }) => ({ service: rpc.parent.typeName, method: rpc.name }))
  const config = {
    loadBalancingConfig: [{ round_robin: {} }],
    ...(name.length > 0 && { methodConfig: [{ name, retryPolicy: RETRY }] }),
    retryThrottling: { maxTokens: 10, tokenRatio: 0.1 },
  }
  return new Client(address, credentials.createInsecure(), {
    'grpc.service_config': JSON.stringify(config),
    'grpc.service_config_disable_resolution': 1,
    'grpc.keepalive_time_ms': 20_000,
    'grpc.keepalive_timeout_ms': 5_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
  })
}
