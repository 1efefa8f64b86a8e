import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { Kafka, logLevel } from 'kafkajs'
import type { Admin } from 'kafkajs'
import { MissingTopics, createKafkaBus } from '../src/index.ts'
import type { Bus, Topic } from '../src/index.ts'
import { quiet } from './world.ts'

const TOPIC_RESOURCE = 2
const brokers = process.env.KAFKA_BROKERS?.split(',') ?? []

if (brokers.length === 0) test.skip('topics on Kafka: no KAFKA_BROKERS here; make test-engines brings a broker', () => {})
else describe('topics on Kafka', topics)

function topics(): void {
  const told: string[] = []
  const log = { ...quiet, info: (fields: object, message: string) => void told.push(`${message} ${JSON.stringify(fields)}`) }
  let bus: Bus
  let admin: Admin
  let topic: Topic

  beforeAll(async () => {
    admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
  })
  afterAll(() => admin.disconnect())
  beforeEach(() => {
    told.length = 0
    bus = createKafkaBus({ brokers, log, clientId: 'test' })
    topic = { name: `vitrylo.test.topics.v1.${randomUUID()}`, partitions: 3, keep: 'last' }
  })
  afterEach(() => bus.close())

  const setting = async (name: string) => {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: TOPIC_RESOURCE, name: topic.name }] })
    return resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue
  }
  const partitions = async () => (await admin.fetchTopicMetadata({ topics: [topic.name] })).topics[0]?.partitions.length

  test('a declared topic is made as declared, and a second time nothing happens', async () => {
    await bus.applyTopics([topic])
    expect(await partitions()).toBe(3)
    expect(await setting('cleanup.policy')).toBe('compact')
    expect(await setting('min.compaction.lag.ms')).toBe(String(30 * 86_400_000))
    expect(await setting('max.compaction.lag.ms')).toBe(String(31 * 86_400_000))
    expect(await setting('retention.ms')).toBe('-1')
    expect(told).toHaveLength(1)
    await bus.applyTopics([topic])
    expect(told).toHaveLength(1)
  })

  test('two that make the same topic at once do not disturb each other', async () => {
    await Promise.all([bus, createKafkaBus({ brokers, log: quiet, clientId: 'other' })].map(async (one) => {
      await one.applyTopics([topic])
      if (one !== bus) await one.close()
    }))
    expect(await partitions()).toBe(3)
  })

  test('a setting that somebody changed is put right, one that they added stays', async () => {
    await bus.applyTopics([topic])
    const configEntries = [{ name: 'retention.ms', value: '1000' }, { name: 'segment.bytes', value: '1048576' }]
    await admin.alterConfigs({ validateOnly: false, resources: [{ type: TOPIC_RESOURCE, name: topic.name, configEntries }] })
    expect(await setting('cleanup.policy')).toBe('delete')
    await bus.applyTopics([topic])
    expect(await setting('cleanup.policy')).toBe('compact')
    expect(await setting('retention.ms')).toBe('-1')
    expect(await setting('segment.bytes')).toBe('1048576')
    expect(told.filter((line) => line.startsWith('setting of a topic corrected')).join()).toContain('"setting":"retention.ms","value":"-1"')
  })

  test('partitions are added and never taken away', async () => {
    await bus.applyTopics([topic])
    await bus.applyTopics([{ ...topic, partitions: 5 }])
    expect(await partitions()).toBe(5)
    await bus.applyTopics([topic])
    expect(await partitions()).toBe(5)
  })

  test('more copies than there are brokers are refused by a sentence that names the setting', async () => {
    const asking = createKafkaBus({ brokers, log: quiet, clientId: 'test', replication: 3 })
    await expect(asking.applyTopics([topic])).rejects.toThrow(
      'VITRYLO_KAFKA_REPLICATION asks for 3 copies of each topic, and Kafka has one broker',
    )
    await asking.close()
  })

  test('without its topic neither a reader nor a writer starts, and the sentence names topic and command', async () => {
    const event = { id: randomUUID(), topic: topic.name, key: 'a', type: 'T', time: new Date().toISOString(), revision: 1, data: {}, headers: {} }
    const sentence = `Kafka has no topic ${topic.name}: run "node services/directory/src/main.ts topics" first (any service will do)`
    const reading = bus.subscribe({ group: topic.name, topics: [topic.name], onBatch: async () => {} })
    await expect(reading).rejects.toThrow(new MissingTopics([topic.name]))
    await expect(bus.publish([event])).rejects.toThrow(sentence)
    await bus.applyTopics([topic])
    await bus.publish([event])
  })
}
