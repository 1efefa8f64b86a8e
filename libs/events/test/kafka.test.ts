import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { many, sql } from '@vitrylo/pg'
import { until } from '@vitrylo/testkit'
import { Kafka, Partitioners, logLevel } from 'kafkajs'
import type { Producer } from 'kafkajs'
import { EventsRejected, createKafkaBus, stats } from '../src/index.ts'
import { describeBus } from './bus-contract.ts'
import { World, quiet } from './world.ts'

const brokers = process.env.KAFKA_BROKERS?.split(',') ?? []
const newBus = () => createKafkaBus({ brokers, log: quiet, clientId: 'test' })

if (brokers.length === 0) {
  test.skip('the Kafka bus: no KAFKA_BROKERS here; make test-engines brings a broker', () => {})
} else {
  describeBus('the Kafka bus', newBus)
  describe('the Kafka bus in particular', particulars)
}

function particulars(): void {
  let world: World
  let stranger: Producer

  beforeAll(async () => {
    const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
    stranger = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
    await stranger.connect()
  })
  afterAll(() => stranger.disconnect())
  beforeEach(async () => {
    world = await World.make(newBus)
    await world.bus.applyTopics([world.topic()])
  })
  afterEach(() => world.close())

  test('a message that is no event becomes a dead letter and the next one is applied', async () => {
    const { topic } = world.type
    await stranger.send({ topic, messages: [{ key: 'a', value: 'not json' }, { key: 'a', value: null }] })
    await world.bus.publish([world.event('a', 1)])
    await world.consumer()
    await until(async () => (await world.countApplied()) === 1)
    expect(await many(world.pool, sql`select key, data, error from dead_letter order by id`)).toEqual([
      { key: 'a', data: { text: 'not json' }, error: 'Error: value is no JSON object' },
      { key: 'a', data: { text: '' }, error: 'Error: value is no JSON object' },
    ])
  })

  test('an event of a newer producer with unknown headers and a foreign id is applied once', async () => {
    const { topic, type } = world.type
    const message = { key: 'a', value: '{"n":7,"later":true}', headers: { ce_id: 'order-17', ce_type: type, x: 'y' } }
    await stranger.send({ topic, messages: [message] })
    const consumer = await world.consumer()
    await consumer.caughtUp()
    expect(await world.applied()).toEqual([{ key: 'a', revision: 0, n: 7 }])
  })

  test('an event that is too large is refused as such, the others of its batch are published', async () => {
    const relay = world.relay()
    await world.consumer()
    const huge = { ...world.event('a', 2), data: { n: 2, ballast: noise(3_000_000) } }
    await expect(world.bus.publish([huge])).rejects.toBeInstanceOf(EventsRejected)
    await many(world.pool, sql`
      insert into outbox (event_id, topic, key, type, time, revision, data, headers)
      values (${huge.id}, ${huge.topic}, 'a', ${huge.type}, now(), 2, ${JSON.stringify(huge.data)}::jsonb, '{}')`)
    await world.append('a', 3)
    await relay.drained()
    await until(async () => (await world.countApplied()) === 1)
    expect(await world.revisions()).toEqual({ a: [3] })
    expect(await stats(world.pool)).toMatchObject({ parked: 1 })
  })
}

/** Text that gzip cannot make small. */
const noise = (length: number): string =>
  Array.from({ length: length / 36 }, () => randomUUID()).join('')
