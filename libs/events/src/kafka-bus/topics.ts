import type { Admin, Kafka } from 'kafkajs'
import { pause } from '../pause.ts'

const PARTITIONS = 6

/** Creates topics and compares the place of groups with the end of the log. */
export class Topics {
  readonly #admin: Admin
  readonly #existing = new Set<string>()
  #connected: Promise<void> | undefined

  constructor(kafka: Kafka) {
    this.#admin = kafka.admin()
  }

  /** Events are kept for good: a projection that is built later starts at the first one. */
  async ensure(names: readonly string[]): Promise<void> {
    const missing = names.filter((name) => !this.#existing.has(name))
    if (missing.length === 0) return
    const admin = await this.#connect()
    const { brokers } = await admin.describeCluster()
    const replicationFactor = Math.min(3, brokers.length)
    const configEntries = [
      { name: 'retention.ms', value: '-1' },
      { name: 'min.insync.replicas', value: String(Math.min(2, replicationFactor)) },
    ]
    const present = new Set(await admin.listTopics())
    const topics = missing
      .filter((name) => !present.has(name))
      .map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor, configEntries }))
    if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: true }).catch(forgiveFreshTopic)
    for (const name of missing) this.#existing.add(name)
  }

  /** Resolves when the group has committed everything that the topics hold now. */
  async reached(group: string, names: string[], signal: AbortSignal): Promise<void> {
    const ends = await this.#patiently(signal, (admin) => endsOf(admin, names))
    while (!signal.aborted && ends) {
      if (await this.#patiently(signal, (admin) => isPast(admin, group, ends))) return
      await pause(100, signal)
    }
  }

  async close(): Promise<void> {
    if (this.#connected) await this.#admin.disconnect()
  }

  async #patiently<T>(signal: AbortSignal, ask: (admin: Admin) => Promise<T>): Promise<T | undefined> {
    while (!signal.aborted) {
      try {
        return await ask(await this.#connect())
      } catch {
        await pause(500, signal) // the broker is away; readers report it
      }
    }
    return undefined
  }

  async #connect(): Promise<Admin> {
    this.#connected ??= this.#admin.connect()
    await this.#connected.catch((error: unknown) => {
      this.#connected = undefined
      throw error
    })
    return this.#admin
  }
}

type Ends = Map<string, Map<number, bigint>>

/** The next offset of every partition that holds anything. */
async function endsOf(admin: Admin, names: string[]): Promise<Ends> {
  const ends: Ends = new Map()
  for (const name of names) {
    const partitions = (await admin.fetchTopicOffsets(name)).filter(({ high, low }) => high !== low)
    ends.set(name, new Map(partitions.map(({ partition, high }) => [partition, BigInt(high)])))
  }
  return ends
}

async function isPast(admin: Admin, groupId: string, ends: Ends): Promise<boolean> {
  const committed = await admin.fetchOffsets({ groupId, topics: [...ends.keys()] })
  return committed.every(({ topic, partitions }) =>
    partitions.every(({ partition, offset }) => BigInt(offset) >= (ends.get(topic)?.get(partition) ?? -1n)),
  )
}

/** The topics are made, but a broker's metadata may lag behind; kafkajs forgives only LEADER_NOT_AVAILABLE. */
function forgiveFreshTopic(error: unknown): void {
  if ((error as { type?: unknown }).type !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
}
