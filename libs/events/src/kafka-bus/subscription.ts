import { setTimeout as delay } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import type { SubscribeOptions } from '../bus.ts'
import type { BusEvent } from '../event.ts'
import { reasonOf } from '../log.ts'
import type { Log } from '../log.ts'
import { createBackoff, pause } from '../pause.ts'
import { createWaker } from '../waker.ts'
import type { Place } from './admin.ts'
import { toEvent } from './codec.ts'

const BATCH = 500
const HEARTBEAT_MS = 1_000
const RETRY_MS = 500
const LEAVE_MS = 3_000

type Options = SubscribeOptions & { kafka: Kafka; places: Place[]; log: Log }

/** A member of a group that never gives up: kafkajs restarts itself after some errors, after the others we do. */
export function runMember(options: Options): { stop(): Promise<void> } {
  const { kafka, places, group, topics, from, log } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  const over = createWaker()
  const backoff = createBackoff(100, 5_000)
  const inHand = new Set<Promise<void>>()

  const member = async (): Promise<void> => {
    const consumer = createConsumer(kafka, group)
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) over.wake()
    })
    consumer.on(consumer.events.GROUP_JOIN, backoff.reset)
    const beginning = begin(consumer)
    try {
      await Promise.race([beginning, stopped])
      if (!signal.aborted) await over.wait()
    } finally {
      await leave(consumer, beginning, inHand)
    }
  }

  const begin = async (consumer: Consumer): Promise<void> => {
    await consumer.connect()
    if (signal.aborted) return consumer.disconnect() // it took so long that nobody waits any more
    await consumer.subscribe({ topics, fromBeginning: from !== 'end' })
    await consumer.run({
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 3,
      async eachBatch(payload) {
        const work = applyBatch(options, payload)
        inHand.add(work)
        await work.finally(() => inHand.delete(work))
      },
    })
    for (const place of places.splice(0)) consumer.seek(place) // once: later it goes on where it stopped
  }

  const run = async () => {
    while (!signal.aborted) {
      await member().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ group, ...reasonOf(error) }, 'Kafka is away, will try again')
      })
      if (!signal.aborted) await pause(backoff.next(), signal)
    }
  }
  const running = run()

  return {
    async stop() {
      stopping.abort()
      over.wake()
      await running
    },
  }
}

/**
 * Waits for batches in hand, but not for a broker that is away: kafkajs would tell it for a minute that we leave. Who is
 * being let in just now is let in first: kafkajs forgets a leaving in the midst of it, and the group keeps a dead member.
 */
async function leave(consumer: Consumer, beginning: Promise<void>, inHand: ReadonlySet<Promise<void>>): Promise<void> {
  const late = new AbortController()
  const left = beginning.catch(() => {}).then(() => consumer.disconnect()).catch(() => {})
  const patience = Promise.allSettled(inHand).then(() => pause(LEAVE_MS, late.signal))
  await Promise.race([left, patience])
  late.abort()
}

// With kafkajs's maxWaitTimeInMs of 5000 a rebalance takes longer than that; 300 bounds an empty poll, not a delivery.
const createConsumer = (kafka: Kafka, groupId: string): Consumer =>
  kafka.consumer({
    groupId,
    sessionTimeout: 10_000,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: 300,
    allowAutoTopicCreation: false,
  })

async function applyBatch(options: Options, payload: EachBatchPayload): Promise<void> {
  const { batch, isRunning, isStale, heartbeat } = payload
  for (let start = 0; start < batch.messages.length; start += BATCH) {
    const messages = batch.messages.slice(start, start + BATCH)
    const events = messages.map((message) => toEvent(batch.topic, batch.partition, message))
    do {
      if (!isRunning() || isStale()) return
    } while (!(await tryBatch(options, payload, events)))
    // Only now: an offset is never committed past an effect that is not.
    payload.resolveOffset(messages.at(-1)?.offset ?? '')
    await heartbeat()
    await payload.commitOffsetsIfNecessary(payload.uncommittedOffsets())
  }
}

/** One try, with heartbeats while it lasts. A rebalance shows itself as an error of the heartbeat after it. */
async function tryBatch(options: Options, payload: EachBatchPayload, events: BusEvent[]): Promise<boolean> {
  const { batch, heartbeat } = payload
  const { group, onBatch, log } = options
  const beating = setInterval(() => void heartbeat().catch(() => {}), HEARTBEAT_MS)
  try {
    await onBatch(events)
    return true
  } catch (error) {
    log.warn({ group, topic: batch.topic, ...reasonOf(error) }, 'batch not finished, will come again')
    await delay(RETRY_MS)
  } finally {
    clearInterval(beating)
  }
  await heartbeat()
  return false
}
