import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { KafkaConfig, SASLOptions } from 'kafkajs'

/** How to get in. Files are read at every new connection, so that what was renewed needs no restart. */
export type KafkaSecurity = {
  /** Files in PEM. Without `ca` the authorities that Node knows; `cert` and `key` when the broker asks for them. */
  tls?: { ca?: string; cert?: string; key?: string }
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password(): string }
}

// kafkajs hands both objects on as they are and looks into them for each connection: getters are asked anew.
export function securityOf({ tls, sasl }: KafkaSecurity): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return { ...(tls && { ssl: tlsOptions(tls) }), ...(sasl && { sasl: saslOptions(sasl) }) }
}

function tlsOptions({ ca, cert, key }: NonNullable<KafkaSecurity['tls']>): ConnectionOptions {
  const options: ConnectionOptions = {}
  for (const [name, path] of Object.entries({ ca, cert, key })) {
    if (path !== undefined) Object.defineProperty(options, name, { enumerable: true, get: () => readFileSync(path) })
  }
  return options
}

function saslOptions({ mechanism, username, password }: NonNullable<KafkaSecurity['sasl']>): SASLOptions {
  return Object.defineProperty({ mechanism, username } as SASLOptions, 'password', { enumerable: true, get: password })
}

// What TLS says when a certificate is not to be trusted, ours or theirs.
const UNTRUSTED = /certificate|self.signed|unable to (verify|get)|alert|altname|wrong version number|packet length too long/i

/** The sentence for a broker that does not let us in; undefined when it is something else, as a broker that is away. */
export function refusalOf(error: unknown, { sasl }: KafkaSecurity): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { name, message } = error
  if (name === 'KafkaJSSASLAuthenticationError') {
    return `Kafka refuses the user ${sasl?.username ?? ''} (VITRYLO_KAFKA_USERNAME, VITRYLO_KAFKA_PASSWORD, VITRYLO_KAFKA_MECHANISM): ${message.trim()}`
  }
  if (name === 'KafkaJSConnectionError' && UNTRUSTED.test(message)) {
    return `no trusted TLS connection to Kafka (VITRYLO_KAFKA_CA_FILE, VITRYLO_KAFKA_CERT_FILE, VITRYLO_KAFKA_KEY_FILE): ${message.trim()}`
  }
  return refusalOf(error.cause, { sasl })
}
