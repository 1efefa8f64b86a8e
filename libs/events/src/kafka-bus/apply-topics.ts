import type { Admin, ITopicMetadata } from 'kafkajs'
import type { Log } from '../log.ts'
import { COMPACT_AFTER_DAYS } from '../topics.ts'
import type { Topic } from '../topics.ts'

export type ApplyOptions = { topics: readonly Topic[]; replication?: number; log: Log }

const DAY_MS = 86_400_000
const TOPIC = 2 // kind of a resource; kafkajs's table of names cannot be imported from a module
const SET_ON_TOPIC = 1 // where a value of describeConfigs comes from
const COPIES = 3

/** Makes missing topics, adds missing partitions, puts settings right. Each change is a line in the log. */
export async function applyTopics(admin: Admin, options: ApplyOptions): Promise<void> {
  await create(admin, options)
  const names = options.topics.map(({ name }) => name)
  const { topics: found } = await admin.fetchTopicMetadata({ topics: names })
  for (const topic of options.topics) {
    const there = found.find(({ name }) => name === topic.name)
    if (there === undefined) throw new Error(`topic ${topic.name} was made, but Kafka does not show it yet`)
    await grow(admin, topic, there, options.log)
    await correct(admin, topic, there, options.log)
    const copies = copiesOf(there)
    if (options.replication !== undefined && copies !== options.replication) {
      const fields = { topic: topic.name, copies, asked: options.replication }
      options.log.warn(fields, 'copies of a topic differ from VITRYLO_KAFKA_REPLICATION, kafka-reassign-partitions moves them')
    }
  }
}

async function create(admin: Admin, { topics, replication, log }: ApplyOptions): Promise<void> {
  const { brokers } = await admin.describeCluster()
  const present = new Set(await admin.listTopics())
  const missing = topics.filter(({ name }) => !present.has(name))
  if (missing.length === 0) return
  const copies = replication ?? (brokers.length === 1 ? 1 : COPIES)
  if (copies > brokers.length) {
    const count = brokers.length === 1 ? 'one broker' : `${brokers.length} brokers`
    throw new Error(`VITRYLO_KAFKA_REPLICATION asks for ${copies} copies of each topic, and Kafka has ${count}`)
  }
  const fresh = missing.map((topic) => ({
    topic: topic.name,
    numPartitions: topic.partitions,
    replicationFactor: copies,
    configEntries: Object.entries(configOf(topic, copies)).map(([name, value]) => ({ name, value })),
  }))
  await admin.createTopics({ topics: fresh, waitForLeaders: true }).catch(forgiveFreshTopic)
  for (const { name, partitions, keep } of missing) log.info({ topic: name, partitions, copies, keep }, 'topic made')
}

/** A key moves to another partition then. Handlers compare revisions, so what comes late there does no harm. */
async function grow(admin: Admin, { name, partitions }: Topic, there: ITopicMetadata, log: Log): Promise<void> {
  const before = there.partitions.length
  if (before >= partitions) return
  await admin.createPartitions({ topicPartitions: [{ topic: name, count: partitions }] })
  log.info({ topic: name, before, partitions }, 'partitions added')
}

async function correct(admin: Admin, topic: Topic, there: ITopicMetadata, log: Log): Promise<void> {
  const { name } = topic
  const resource = { type: TOPIC, name }
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] })
  const now = resources[0]?.configEntries ?? []
  const wanted = configOf(topic, copiesOf(there))
  const wrong = Object.entries(wanted).filter(([key, value]) => now.find((e) => e.configName === key)?.configValue !== value)
  if (wrong.length === 0) return
  // Kafka replaces the whole set: what else somebody has set on the topic goes along.
  const others = now.filter(({ configName, configSource }) => Number(configSource) === SET_ON_TOPIC && !(configName in wanted))
  const entries = [
    ...others.map(({ configName, configValue }) => ({ name: configName, value: configValue })),
    ...Object.entries(wanted).map(([key, value]) => ({ name: key, value })),
  ]
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries: entries }] })
  for (const [setting, value] of wrong) log.info({ topic: name, setting, value }, 'setting of a topic corrected')
}

function configOf({ keep }: Topic, copies: number): Record<string, string> {
  return {
    'cleanup.policy': keep === 'last' ? 'compact' : 'delete',
    'retention.ms': keep === 'passing' ? String(COMPACT_AFTER_DAYS * DAY_MS) : '-1',
    'retention.bytes': '-1',
    'min.compaction.lag.ms': keep === 'last' ? String(COMPACT_AFTER_DAYS * DAY_MS) : '0',
    // Without it a topic of which little is outdated, and whatever stands in the segment that is written to, is never compacted.
    ...(keep === 'last' && { 'max.compaction.lag.ms': String((COMPACT_AFTER_DAYS + 1) * DAY_MS) }),
    // One broker may be away, and yet an acknowledged event stands on two.
    'min.insync.replicas': String(Math.max(1, copies - 1)),
  }
}

const copiesOf = ({ partitions }: ITopicMetadata): number => Math.min(...partitions.map(({ replicas }) => replicas.length))

/** The topics are made, but a broker's metadata may lag behind; kafkajs forgives only LEADER_NOT_AVAILABLE. */
function forgiveFreshTopic(error: unknown): void {
  const { type, errors = [] } = error as { type?: unknown; errors?: { type?: unknown }[] }
  const made = errors.length > 0 && errors.every((one) => one.type === 'TOPIC_ALREADY_EXISTS') // by somebody at the same time
  if (type !== 'UNKNOWN_TOPIC_OR_PARTITION' && !made) throw error
}
