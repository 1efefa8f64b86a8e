import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createPool, many, one, sql } from '@vitrylo/pg'
import type { Pool } from '@vitrylo/pg'
import { freshDatabase, until } from '@vitrylo/testkit'
import { createPgBus } from '../src/index.ts'
import { compact } from '../src/pg-bus/compact.ts'
import type { BusEvent } from '../src/index.ts'
import { describeBus } from './bus-contract.ts'
import { World, quiet, range } from './world.ts'

let url: string
let pool: Pool
const newBus = () => createPgBus({ url, log: quiet })

beforeAll(async () => {
  url = await freshDatabase('bus')
  pool = createPool({ url, name: 'watcher' })
})
afterAll(() => pool.end())

describeBus('the PostgreSQL bus', newBus)

describe('the PostgreSQL bus in particular', () => {
  let world: World
  beforeEach(async () => {
    world = await World.make(newBus)
  })
  afterEach(() => world.close())

  test('a reader misses nothing while many publish at once', async () => {
    const seen: string[] = []
    const publishers = range(1, 6).map(() => world.otherBus())
    const collect = async (events: BusEvent[]) => void seen.push(...events.map((event) => event.id))
    await world.bus.subscribe({ group: world.group, topics: [world.type.topic], onBatch: collect })
    await Promise.all(
      publishers.map(async (bus, p) => {
        for (const n of range(1, 40)) await bus.publish(range(1, 5).map((k) => world.event(`${p}-${k}`, n)))
      }),
    )
    await until(() => seen.length >= 1_200)
    expect(new Set(seen).size).toBe(1_200)
  })

  // Groups of one process share what they read of a flood; here they begin at different places, and it goes on meanwhile.
  test('in a flood each group gets every event once and in order', async () => {
    const all = range(1, 2_400).map((n) => world.event('a', n))
    const publish = async (first: number, last: number) => {
      for (let at = first; at < last; at += 150) await world.bus.publish(all.slice(at, Math.min(last, at + 150)))
    }
    const seen = range(1, 4).map(() => [] as number[])
    const read = (n: number) =>
      world.otherBus().subscribe({ group: `${world.group}.${n}`, topics: [world.type.topic], onBatch: async (events) => void seen[n]!.push(...events.map(({ revision }) => revision)) })
    await publish(0, 300)
    await Promise.all([0, 1].map(read))
    const rest = publish(300, all.length)
    await until(() => seen[0]!.length > 700)
    await Promise.all([2, 3].map(read))
    await rest
    await until(() => seen.every(({ length }) => length >= all.length))
    for (const each of seen) expect(each).toEqual(range(1, all.length))
  })

  test('a group that starts at the end gets only what comes later', async () => {
    await world.bus.publish([world.event('a', 1)])
    const seen: number[] = []
    const collect = async (events: BusEvent[]) => void seen.push(...events.map((event) => event.revision))
    await world.bus.subscribe({ group: world.group, topics: [world.type.topic], from: 'end', onBatch: collect })
    await world.bus.publish([world.event('a', 2)])
    await until(() => seen.length > 0)
    expect(seen).toEqual([2])
  })

  test('a topic that keeps the last events forgets the older ones after 30 days, others keep all', async () => {
    const [last, all] = [world.topic({ keep: 'last' }), { ...world.topic(), name: `${world.type.topic}.all` }]
    const of = (name: string) => ['a', 'a', 'b', 'a', 'b'].map((key, n) => ({ ...world.event(key, n + 1), topic: name }))
    await world.bus.publish([...of(last.name), ...of(all.name)])
    const left = async (name: string) =>
      (await many<{ revision: number }>(pool, sql`select revision from bus_log where topic = ${name} order by seq`)).map((row) => row.revision)
    expect(await compact(pool, [last, all])).toBe(0)
    expect(await left(last.name)).toEqual([1, 2, 3, 4, 5])
    await pool.query(`update bus_log set stored_at = now() - interval '31 days' where topic like $1 and revision < 5`, [`${world.type.topic}%`])
    expect(await compact(pool, [last, all])).toBe(3)
    expect(await left(last.name)).toEqual([4, 5])
    expect(await left(all.name)).toEqual([1, 2, 3, 4, 5])
    const consumer = await world.consumer()
    await consumer.caughtUp()
    expect(await world.revisions()).toEqual({ a: [4], b: [5] })
  })

  // What a slow group has not taken yet stays, however old it is.
  test('a topic whose events only pass forgets after 30 days what every group has taken', async () => {
    const passing = world.topic({ keep: 'passing' })
    await world.bus.publish([1, 2, 3, 4].map((n) => world.event(`key ${n}`, n)))
    const left = async () => (await many<{ revision: number }>(pool, sql`select revision from bus_log where topic = ${passing.name} order by seq`)).map((row) => row.revision)
    await pool.query(`update bus_log set stored_at = now() - interval '31 days' where topic = $1 and revision < 4`, [passing.name])
    expect(await compact(pool, [passing])).toBe(0)
    await pool.query(`insert into bus_position (group_name, topic, seq) select 'slow', topic, min(seq) from bus_log where topic = $1 group by topic`, [passing.name])
    expect(await compact(pool, [passing])).toBe(1)
    expect(await left()).toEqual([2, 3, 4])
    await pool.query(`update bus_position set seq = (select max(seq) from bus_log where topic = $1) where topic = $1`, [passing.name])
    expect(await compact(pool, [passing])).toBe(2)
    expect(await left()).toEqual([4])
  })

  test('an idle bus keeps two connections, however many topics are read', async () => {
    const topics = range(1, 12).map((n) => `${world.type.topic}.${n}`)
    await world.bus.subscribe({ group: world.group, topics, onBatch: async () => {} })
    await until(
      async () => {
        const row = await one<{ n: number }>(pool, sql`
          select count(*) as n from pg_stat_activity
          where datname = current_database() and application_name in ('bus', 'bus listener')`)
        return (row?.n ?? 99) <= 2
      },
      { everyMs: 200 },
    )
  })

  test('the listener comes back after its connection was lost', async () => {
    await world.consumer()
    await until(async () => (await listeners()).length > 0)
    await many(pool, sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'bus%'`)
    await until(() => world.bus.publish([world.event('a', 1)]).then(() => true))
    await until(async () => (await world.countApplied()) === 1)
    await until(async () => (await listeners()).length > 0)
  })
})

const listeners = () => many(pool, sql`
  select pid from pg_stat_activity where application_name = 'bus listener' and datname = current_database()`)
