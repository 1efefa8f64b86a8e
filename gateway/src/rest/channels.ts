import { Client, type ChannelCredentials } from '@grpc/grpc-js'
import type { Contract, Method } from '@vitrylo/proto/contract.ts'
import { channelCredentials, Refusal } from '@vitrylo/service'
import type { Config } from '../config.ts'

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

// A lost pod fails all its calls at once: the allowance must outlast that. Half of all calls failing still ends retries.
const THROTTLE = { maxTokens: 400, tokenRatio: 1 }

/** Proto package of an area -> name of the service that serves it. */
const SERVICE_OF_AREA: Record<string, string> = { servicedesk: 'service-desk' }

/**
 * `own`: areas that this process serves itself, by address.
 *
 * Two clients per service, because a retry policy belongs to a channel: one repeats what changes nothing, the other
 * also what carries an idempotency key. A write without a key is never repeated.
 */
export function createChannels({ methods }: Contract, { services, tls }: Pick<Config, 'services' | 'tls'>, own: Record<string, string> = {}): Channels {
  const credentials = channelCredentials(tls)
  const plain = channelCredentials(undefined)
  const clients = new Map<string, { once: Client; keyed: Client }>()
  for (const area of new Set(methods.map(areaOf))) {
    const service = SERVICE_OF_AREA[area] ?? area
    const address = own[area] ?? services[service]
    if (address === undefined) throw new Refusal(`setting VITRYLO_SERVICES has no address of ${service}`)
    const inArea = methods.filter((method) => areaOf(method) === area && method.stream === 'unary')
    const place = { service, address, credentials: own[area] === undefined ? credentials : plain }
    const once = connect(place, inArea.filter(({ safe }) => safe))
    clients.set(area, { once, keyed: connect(place, inArea.filter(({ idempotent }) => idempotent)) })
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

type Place = { service: string; address: string; credentials: ChannelCredentials }

function connect({ service, address, credentials }: Place, repeatable: Method[]): Client {
  const name = repeatable.map(({ rpc }) => ({ service: rpc.parent.typeName, method: rpc.name }))
  const config = {
    loadBalancingConfig: [{ round_robin: {} }],
    ...(name.length > 0 && { methodConfig: [{ name, retryPolicy: RETRY }] }),
    retryThrottling: THROTTLE,
  }
  return new Client(address, credentials, {
    'grpc.service_config': JSON.stringify(config),
    'grpc.service_config_disable_resolution': 1,
    // The certificate must be that of the service, whatever address of it was found.
    ...(credentials._isSecure() && { 'grpc.ssl_target_name_override': service, 'grpc.default_authority': service }),
    // A connection that ends makes names be looked up again; grpc-js would wait 30 s between two looks.
    'grpc.dns_min_time_between_resolutions_ms': 5_000,
    'grpc.keepalive_time_ms': 20_000,
    'grpc.keepalive_timeout_ms': 5_000,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 2_000,
    'grpc.max_receive_message_length': 16 * 1024 * 1024,
    'grpc.enable_channelz': 0,
  })
}
