import { GenericContainer, Wait, getContainerRuntimeClient } from 'testcontainers'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import type { Kafka } from '../kafka.ts'

const IMAGE = 'apache/kafka:4.3.1'

/** A broker in a container, where an engine answers. Its port is the same on both sides, so that it can name it. */
export async function startContainerKafka(): Promise<Kafka | undefined> {
  const engine = await getContainerRuntimeClient().catch(() => null)
  if (engine === null) return undefined
  const port = await freePort()
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '100',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start()
  return {
    how: `${IMAGE} in a container`,
    brokers: `127.0.0.1:${port}`,
    stop: async () => void (await container.stop()),
  }
}
