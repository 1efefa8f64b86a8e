import { startContainerKafka } from './kafka/container.ts'
import { startJavaKafka } from './kafka/java.ts'

/** Addresses of its closed listeners and what they ask for; files in PEM. */
type Secure = { tls: string; mutual: string; username: string; password: string; ca: string; cert: string; key: string }

export type Kafka = {
  how: string
  brokers: string
  /** Where certificates could be made. */
  secure?: Secure
  /** Both undefined for a broker that is not ours. */
  kill?(): Promise<void>
  start?(): Promise<void>
  stop(): Promise<void>
}

/** A real Kafka: the one named by KAFKA_BROKERS, else in a container, else on java. Undefined where there is none. */
export async function findKafka(): Promise<Kafka | undefined> {
  const brokers = process.env.KAFKA_BROKERS
  if (brokers) return { how: 'KAFKA_BROKERS', brokers, stop: async () => {} }
  return (await startContainerKafka()) ?? (await startJavaKafka({ secure: true }))
}
