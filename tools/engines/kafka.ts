import { startContainerKafka } from './kafka/container.ts'
import { startJavaKafka } from './kafka/java.ts'

export type Kafka = { how: string; brokers: string; stop(): Promise<void> }

/** A real Kafka: the one named by KAFKA_BROKERS, else in a container, else on java. Undefined where there is none. */
export async function findKafka(): Promise<Kafka | undefined> {
  const brokers = process.env.KAFKA_BROKERS
  if (brokers) return { how: 'KAFKA_BROKERS', brokers, stop: async () => {} }
  return (await startContainerKafka()) ?? (await startJavaKafka())
}
