import { CompressionTypes, Kafka, Partitioners, logLevel } from 'kafkajs'
import type { KafkaConfig, LogEntry, Producer } from 'kafkajs'
import { EventsRejected } from '../bus.ts'
import type { Bus, Erasure, SubscribeOptions, Subscription } from '../bus.ts'
import type { BusEvent } from '../event.ts'
import type { Log } from '../log.ts'
import type { Topic } from '../topics.ts'
import { KafkaAdmin } from './admin.ts'
import { toMessage } from './codec.ts'
import { securityOf } from './security.ts'
import type { KafkaSecurity } from './security.ts'
import { runMember } from './subscription.ts'

export type KafkaBusOptions = KafkaSecurity & {
  brokers: string[]
  log: Log
  clientId: string
  /** Copies of a topic that is made here; without it three, or one where there is but one broker. */
  replication?: number
}

/** The bus for shared installations. The only user of kafkajs. */
export function createKafkaBus(options: KafkaBusOptions): Bus {
  return new KafkaBus(options)
}

class KafkaBus implements Bus {
  readonly #kafka: Kafka
  readonly #admin: KafkaAdmin
  readonly #options: KafkaBusOptions
  readonly #source: string
  readonly #members = new Set<{ stop(): Promise<void> }>()
  readonly #closing = new AbortController()
  #producer: Promise<Producer> | undefined

  constructor(options: KafkaBusOptions) {
    const { brokers, log, clientId } = options
    const config: KafkaConfig = {
      clientId,
      brokers,
      ...securityOf(options),
      connectionTimeout: 2_000,
      requestTimeout: 15_000,
      logLevel: logLevel.WARN,
      logCreator: () => (entry) => forward(log, entry),
    }
    // kafkajs's five retries do not outlive the restart of a broker
    this.#kafka = new Kafka({ ...config, retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 30 } })
    // Who asks comes again by itself: to hear soon that Kafka is away, or refuses us, is worth more than to hear it late.
    const asking = new Kafka({ ...config, retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 3 } })
    this.#admin = new KafkaAdmin({ kafka: asking, security: options, log, signal: this.#closing.signal })
    this.#options = options
    this.#source = `/vitrylo/${clientId}`
  }

  async publish(events: BusEvent[]): Promise<void> {
    if (events.length === 0) return
    const byTopic = Map.groupBy(events, (event) => event.topic)
    try {
      await this.#admin.assertTopics([...byTopic.keys()])
      const producer = await this.#connect()
      await producer.sendBatch({
        acks: -1,
        compression: CompressionTypes.GZIP,
        topicMessages: [...byTopic].map(([topic, group]) => ({
          topic,
          messages: group.map((event) => toMessage(event, this.#source)),
        })),
      })
    } catch (error) {
      void this.#dropProducer()
      throw isRejection(error) ? new EventsRejected(error) : error
    }
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { group, topics, from } = options
    await this.#admin.awaitTopics(topics)
    const places = from instanceof Date ? await this.#admin.placesAt(group, topics, from) : []
    const member = runMember({ ...options, places, kafka: this.#kafka, log: this.#options.log })
    this.#members.add(member)
    return {
      stop: () => {
        this.#members.delete(member)
        return member.stop()
      },
      caughtUp: () => this.#admin.reached(group, topics),
    }
  }

  applyTopics(topics: readonly Topic[]): Promise<void> {
    return this.#admin.applyTopics({ topics, replication: this.#options.replication, log: this.#options.log })
  }

  lag(group: string, topics: readonly string[]): Promise<Record<string, number>> {
    return this.#admin.lag(group, topics)
  }

  forget(group: string): Promise<void> {
    return this.#admin.forget(group)
  }

  /** Kafka removes no single events: compaction does where a topic keeps the last of a key. */
  async erase({ ids }: Erasure): Promise<void> {
    this.#options.log.info({ ids: ids.length }, 'events of an erased person go with the compaction of their topics')
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all([...this.#members].map((member) => member.stop()))
    await this.#dropProducer()
    await this.#admin.close()
  }

  #connect(): Promise<Producer> {
    return (this.#producer ??= this.#startProducer())
  }

  async #startProducer(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    return producer
  }

  /**
   * After a failed send the broker may hold the batch although kafkajs has not counted it. The next send would go out
   * under the same sequence numbers, and the broker could take other events for the same batch and drop them. A new
   * producer has new numbers; at worst events come twice.
   */
  async #dropProducer(): Promise<void> {
    const old = this.#producer
    this.#producer = undefined
    await old?.then((producer) => producer.disconnect()).catch(() => {})
  }
}

const REJECTIONS = [
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
]

function isRejection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { type, errors } = error as Error & { type?: unknown; errors?: unknown[] }
  return REJECTIONS.includes(String(type)) || isRejection(error.cause) || (errors ?? []).some(isRejection)
}

/** kafkajs calls every failed attempt an error; what it cannot mend comes to us as one. */
function forward(log: Log, { level, namespace, log: { message, error } }: LogEntry): void {
  const write = level === logLevel.ERROR ? log.warn : log.debug
  write.call(log, { kafka: namespace, reason: error }, message)
}
