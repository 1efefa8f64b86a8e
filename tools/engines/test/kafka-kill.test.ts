import { randomUUID } from 'node:crypto'
import { afterAll, expect, test } from '@jest/globals'
import { appendOutbox, createKafkaBus, eventMigrations, onMany, startConsumer, startRelay, stats } from '@vitrylo/events'
import type { Bus, EventType, Log } from '@vitrylo/events'
import { createPool, exec, inTx, many, one, sql } from '@vitrylo/pg'
import { freshDatabase, until } from '@vitrylo/testkit'
import { whyNoJava } from '../java.ts'
import { startJavaKafka } from '../kafka/java.ts'

const [KEYS, REVISIONS] = [200, 100]
const EVENTS = KEYS * REVISIONS
const range = (count: number) => Array.from({ length: count }, (_none, n) => n + 1)
const topic = `vitrylo.test.kill.v1.${randomUUID()}`
const Counted: EventType<{ n: number }> = {
  type: 'vitrylo.test.v1.Counted', topic, section: 'counters', live: false,
  codec: { toJSON: (message) => message, fromJSON: (json) => json as { n: number } },
}
const log: Log = { debug() {}, info() {}, warn() {}, error() {} }
const ends: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

const why = await whyNoJava()
const ofEngine = why === undefined ? test : test.skip
ofEngine(`the broker is killed (-9) in mid-stream: 20,000 events, applied once each, in order per key${why ? `: ${why}` : ''}`, async () => {
  const broker = (await startJavaKafka())!
  ends.push(() => broker.stop())
  const url = await freshDatabase('kill', [eventMigrations])
  const pool = createPool({ url, name: 'kill', max: 20 })
  ends.push(() => pool.end())
  await pool.query('create table applied (id bigint generated always as identity, member int, key text, revision bigint)')
  const [first, second] = [1, 2].map(() => createKafkaBus({ brokers: [broker.brokers], log, clientId: 'kill' })) as [Bus, Bus]
  ends.push(() => first.close(), () => second.close())
  await first.applyTopics([{ name: topic, partitions: 6, keep: 'all' }])

  const member = async (bus: Bus, number: number) => {
    const handler = onMany([Counted], async (tx, received) => {
      const [keys, revisions] = [received.map(({ event }) => event.key), received.map(({ message }) => message.n)]
      await exec(tx, sql`
        insert into applied (member, key, revision)
        select ${number}::int, e.key, e.revision
        from unnest(${keys}::text[], ${revisions}::bigint[]) with ordinality as e (key, revision, ordinal) order by e.ordinal`)
    })
    const consumer = await startConsumer({ pool, bus, group: 'kill', handlers: [handler], log })
    ends.push(() => consumer.stop())
  }
  const applied = async () => (await one<{ n: number }>(pool, sql`select count(*) as n from applied`))!.n
  const reached = (count: number) => until(async () => (await applied()) >= count, { timeoutMs: 150_000, everyMs: 25 })

  const relay = startRelay({ pool, bus: first, name: 'kill', log })
  ends.push(() => relay.stop())
  await member(first, 1)
  const began = performance.now()
  const change = async (from: number, to: number) => {
    for (const n of range(to).slice(from)) {
      await inTx(pool, (tx) => appendOutbox(tx, range(KEYS).map((key) => ({ type: Counted, key: `key-${key}`, revision: n, data: { n } }))))
      relay.kick()
    }
  }
  const changing = change(0, REVISIONS / 2)
  await reached(EVENTS / 20)
  await broker.kill!()
  const killed = performance.now()
  const before = await applied()
  await changing
  await change(REVISIONS / 2, REVISIONS - 20) // the changes themselves do not wait for the broker
  expect((await stats(pool)).oldestUnpublishedSeconds).toBeGreaterThan(0)
  await broker.start!()
  const back = performance.now()
  await until(async () => (await applied()) > before, { timeoutMs: 60_000, everyMs: 25 })
  const goesOn = performance.now()
  await Promise.all([change(REVISIONS - 20, REVISIONS), member(second, 2)])
  await reached(EVENTS)
  const seconds = (from: number, to = performance.now()) => `${((to - from) / 1000).toFixed(1)} s`
  console.log(`killed after ${before} of ${EVENTS}; away ${seconds(killed, back)}, applied again ${seconds(back, goesOn)} after its start, all in ${seconds(began)}`)

  const rows = await many<{ key: string; revisions: number[] }>(
    pool, sql`select key, array_agg(revision::int order by id) as revisions from applied group by key`)
  expect(before).toBeLessThan(EVENTS)
  expect(rows).toHaveLength(KEYS)
  for (const { key, revisions } of rows) expect({ key, revisions }).toEqual({ key, revisions: range(REVISIONS) })
  expect(await stats(pool)).toEqual({ oldestUnpublishedSeconds: 0, parked: 0, deadLetters: 0 })
  expect(await many(pool, sql`select distinct member from applied order by member`)).toEqual([{ member: 1 }, { member: 2 }])
}, 300_000)
