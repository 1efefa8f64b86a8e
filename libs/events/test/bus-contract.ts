import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { inTx, many, one, sql } from '@vitrylo/pg'
import { until } from '@vitrylo/testkit'
import { replayDeadLetters, stats } from '../src/index.ts'
import type { Bus, BusEvent } from '../src/index.ts'
import { World, range } from './world.ts'
import type { NewBus } from './world.ts'


/** What every adapter of the bus promises together with outbox, relay and consumer. */
export function describeBus(name: string, newBus: NewBus): void {
  describe(name, () => {
    let world: World
    beforeEach(async () => {
      world = await World.make(newBus)
      await world.bus.applyTopics([world.topic()])
    })
    afterEach(() => world.close())

    delivery(() => world)
    places(() => world)
    failures(() => world)
    crashes(() => world)
  })
}

function delivery(w: () => World): void {
  test('events of a key are applied in order, each once', async () => {
    const { relay, keys } = { relay: w().relay(), keys: range(1, 20).map((n) => `key-${n}`) }
    await w().consumer()
    await Promise.all(
      keys.map(async (key) => {
        for (const revision of range(1, 25)) await w().append(key, revision)
      }),
    )
    relay.kick()
    await until(async () => (await w().countApplied()) >= 500)
    expect(await w().revisions()).toEqual(Object.fromEntries(keys.map((key) => [key, range(1, 25)])))
  })

  test('an event that is published twice has one effect', async () => {
    await w().consumer()
    const event = w().event('a', 1)
    await w().bus.publish([event, event])
    await w().bus.publish([event])
    await w().bus.publish([w().event('a', 2)])
    await until(async () => (await w().revisions()).a?.includes(2))
    expect(await w().revisions()).toEqual({ a: [1, 2] })
  })

  test('every group gets every event', async () => {
    w().relay()
    await Promise.all(['one', 'two'].map((group) => w().consumer({ group: `${w().group}-${group}` })))
    await w().append('a', ...range(1, 30))
    for (const group of ['one', 'two']) {
      await until(async () => (await w().countApplied(`${w().group}-${group}`)) >= 30)
      expect(await w().revisions(`${w().group}-${group}`)).toEqual({ a: range(1, 30) })
    }
  })

  test('two members of a group share the work without doubling or reordering it', async () => {
    w().relay()
    await w().consumer()
    await w().consumer({ bus: w().otherBus() })
    const keys = range(1, 10).map((n) => `key-${n}`)
    for (const revision of range(1, 40)) await Promise.all(keys.map((key) => w().append(key, revision)))
    await until(async () => (await w().countApplied()) >= 400)
    expect(await w().revisions()).toEqual(Object.fromEntries(keys.map((key) => [key, range(1, 40)])))
  })

  test('a group that was away goes on where it stopped', async () => {
    const relay = w().relay()
    const first = await w().consumer()
    await w().append('a', 1, 2)
    await until(async () => (await w().countApplied()) === 2)
    await first.stop()
    await w().append('a', 3, 4)
    await relay.drained()
    await w().consumer({ bus: w().otherBus() })
    await until(async () => (await w().countApplied()) >= 4)
    expect(await w().revisions()).toEqual({ a: [1, 2, 3, 4] })
  })

  test('caughtUp resolves when all that was on the bus has been applied', async () => {
    const relay = w().relay()
    await w().append('a', ...range(1, 1_200))
    await relay.drained()
    const consumer = await w().consumer()
    await consumer.caughtUp()
    expect(await w().countApplied()).toBe(1_200)
    await consumer.caughtUp()
  })

  test('a type without a handler leaves no trace', async () => {
    const consumer = await w().consumer()
    await w().bus.publish([{ ...w().event('a', 1), type: 'vitrylo.test.v1.Unheard' }])
    await consumer.caughtUp()
    expect(await many(w().pool, sql`select event_id from inbox`)).toEqual([])
    expect(await stats(w().pool)).toMatchObject({ deadLetters: 0 })
  })
}

function places(w: () => World): void {
  test('what a group has not finished is told by topic', async () => {
    const { topic } = w().type
    const relay = w().relay()
    await w().append('a', ...range(1, 20))
    await w().append('b', ...range(1, 15))
    await relay.drained()
    expect(await w().bus.lag(w().group, [topic])).toEqual({ [topic]: 35 })
    const consumer = await w().consumer()
    await consumer.caughtUp()
    expect(await w().bus.lag(w().group, [topic])).toEqual({ [topic]: 0 })
    await consumer.stop()
    await w().append('a', 21)
    await relay.drained()
    expect(await w().bus.lag(w().group, [topic])).toEqual({ [topic]: 1 })
  })

  test('a group may begin at a time, and once it has a place it goes on from there', async () => {
    await w().bus.publish(range(1, 5).map((revision) => w().event('a', revision)))
    const { now } = await w().clock() // the bus and this process may tell the time differently by some milliseconds
    await w().bus.publish(range(6, 8).map((revision) => w().event('a', revision)))
    const consumer = await w().consumer({ from: now })
    await consumer.caughtUp()
    expect(await w().revisions()).toEqual({ a: [6, 7, 8] })
    await consumer.stop()
    await w().bus.publish([w().event('a', 9)])
    const again = await w().consumer({ from: now, bus: w().otherBus() })
    await again.caughtUp()
    expect(await w().revisions()).toEqual({ a: [6, 7, 8, 9] })
  })

  test('a group that was forgotten begins anew', async () => {
    await w().bus.publish([w().event('a', 1)])
    const count = async () => {
      const seen: number[] = []
      const onBatch = async (events: BusEvent[]) => void seen.push(...events.map((event) => event.revision))
      const subscription = await w().bus.subscribe({ group: w().group, topics: [w().type.topic], onBatch })
      await subscription.caughtUp()
      await subscription.stop()
      return seen.length
    }
    expect(await count()).toBe(1)
    expect(await count()).toBe(0)
    await w().bus.forget(w().group)
    expect(await count()).toBe(1)
  })
}

function failures(w: () => World): void {
  test('an event that cannot be applied becomes a dead letter, the others go on, and it can be replayed', async () => {
    w().relay()
    let poisonous = true
    const handler = w().recording(w().group, ({ revision }) => {
      if (poisonous && revision === 3) throw new Error('three is poison')
    })
    await w().consumer({ handlers: [handler] })
    await w().append('a', 1, 2, 3, 4, 5)
    await w().append('b', 1)
    await until(async () => (await w().countApplied()) >= 5)
    expect(await w().revisions()).toEqual({ a: [1, 2, 4, 5], b: [1] })
    expect(await many(w().pool, sql`select consumer, key, revision, error, attempts, data from dead_letter`)).toEqual([
      { consumer: w().group, key: 'a', revision: 3, error: 'Error: three is poison', attempts: 5, data: { n: 3 } },
    ])
    expect(await replayDeadLetters(w().pool, [handler])).toEqual({ applied: 0, failed: 1 })
    poisonous = false
    expect(await replayDeadLetters(w().pool, [handler])).toEqual({ applied: 1, failed: 0 })
    expect(await w().revisions()).toEqual({ a: [1, 2, 4, 5, 3], b: [1] })
    expect(await stats(w().pool)).toMatchObject({ deadLetters: 0 })
  })

  test('a database that is away is waited for: nothing is skipped, nothing buried', async () => {
    w().relay()
    let outages = 0
    const handler = w().recording(w().group, () => {
      if (outages++ < 8) throw Object.assign(new Error('terminating connection'), { code: '57P01' })
    })
    await w().consumer({ handlers: [handler] })
    await w().append('a', 1, 2, 3)
    await until(async () => (await w().countApplied()) >= 3)
    expect(await w().revisions()).toEqual({ a: [1, 2, 3] })
    expect(await stats(w().pool)).toMatchObject({ deadLetters: 0 })
  })
}

function crashes(w: () => World): void {
  test('a transaction that appended first and commits last is still delivered', async () => {
    w().relay()
    await w().consumer()
    await inTx(w().pool, async (tx) => {
      await w().appendIn(tx, 'early', 1)
      await w().append('late', 1)
      await until(async () => (await w().countApplied()) === 1)
    })
    await until(async () => (await w().countApplied()) === 2)
    expect(await w().revisions()).toEqual({ late: [1], early: [1] })
  })

  test('a transaction that is rolled back is never delivered', async () => {
    const relay = w().relay()
    const consumer = await w().consumer()
    const failing = inTx(w().pool, async (tx) => {
      await w().appendIn(tx, 'phantom', 1)
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    await w().append('real', 1)
    await relay.drained()
    await consumer.caughtUp()
    expect(await w().revisions()).toEqual({ real: [1] })
  })

  test('a relay that dies between publishing and deleting leaves no double effect', async () => {
    await w().consumer()
    let deaths = 0
    const deadly = wrap(w().bus, async (publish) => {
      await publish()
      if (deaths++ < 2) await killRelaySession(w())
    })
    const relay = w().relay(deadly)
    for (const revision of [1, 2, 3]) await w().append('a', revision)
    await relay.drained()
    await until(async () => (await w().countApplied()) >= 3)
    expect(deaths).toBeGreaterThan(2)
    expect(await w().revisions()).toEqual({ a: [1, 2, 3] })
  })

  test('events that come again because the place in the log was not stored have one effect', async () => {
    w().relay()
    let crashes = 0
    const forgetful: Bus = {
      ...wrap(w().bus, (publish) => publish()),
      subscribe: ({ onBatch, ...options }) =>
        w().bus.subscribe({
          ...options,
          onBatch: async (events) => {
            await onBatch(events)
            if (crashes++ < 2) throw new Error('crash after the effect')
          },
        }),
    }
    await w().consumer({ bus: forgetful })
    await w().append('a', 1, 2, 3)
    await until(() => crashes > 2)
    await w().append('a', 4)
    await until(async () => (await w().revisions()).a?.includes(4))
    expect(await w().revisions()).toEqual({ a: [1, 2, 3, 4] })
  })

  test('of two relays one publishes, and its death in the midst of 3,000 events costs nothing', async () => {
    const keys = range(1, 30).map((n) => `key-${n}`)
    let calls = 0
    const relays = [w().bus, w().otherBus()].map((bus) =>
      w().relay(
        wrap(bus, async (publish) => {
          if (++calls === 2) await killRelaySession(w())
          await publish()
        }),
      ),
    )
    await w().consumer()
    for (const revision of range(1, 100)) await Promise.all(keys.map((key) => w().append(key, revision)))
    await until(async () => (await w().countApplied()) >= 1_000)
    await relays[0]?.stop()
    await relays[1]?.drained()
    await until(async () => (await w().countApplied()) >= 3_000)
    expect(await w().revisions()).toEqual(Object.fromEntries(keys.map((key) => [key, range(1, 100)])))
  })
}

function wrap(bus: Bus, around: (publish: () => Promise<void>) => Promise<void>): Bus {
  return {
    publish: (events) => around(() => bus.publish(events)),
    subscribe: (options) => bus.subscribe(options),
    applyTopics: (topics) => bus.applyTopics(topics),
    lag: (group, topics) => bus.lag(group, topics),
    forget: (group) => bus.forget(group),
    erase: (what) => bus.erase(what),
    close: () => bus.close(),
  }
}

/** Ends the session that holds the lock of the relay, as a crash of its process would. */
async function killRelaySession(world: World): Promise<void> {
  await one(world.pool, sql`
    select pg_terminate_backend(pid) from pg_locks
    where locktype = 'advisory' and mode = 'ExclusiveLock' and database = (select oid from pg_database where datname = current_database())`)
}
