import type { Admin, Kafka } from 'kafkajs'
import { AccessRefused, MissingTopics } from '../bus.ts'
import { reasonOf } from '../log.ts'
import type { Log } from '../log.ts'
import { pause } from '../pause.ts'
import { applyTopics } from './apply-topics.ts'
import type { ApplyOptions } from './apply-topics.ts'
import { lagBehind, spansOf } from './offsets.ts'
import { refusalOf } from './security.ts'
import type { KafkaSecurity } from './security.ts'

type Options = { kafka: Kafka; security: KafkaSecurity; log: Log; signal: AbortSignal }
export type Place = { topic: string; partition: number; offset: string }

const AGAIN_MS = 500
const FRESH_MS = 3_000
const LEAVING_MS = 15_000
const NON_EMPTY_GROUP = 68
const GROUP_ID_NOT_FOUND = 69

/** What the bus asks Kafka beside reading and writing: which topics there are, where they end, where groups stand. */
export class KafkaAdmin {
  readonly #options: Options
  readonly #admin: Admin
  readonly #existing = new Set<string>()
  #connected: Promise<void> | undefined

  constructor(options: Options) {
    this.#options = options
    this.#admin = options.kafka.admin()
  }

  async applyTopics(options: ApplyOptions): Promise<void> {
    await applyTopics(await this.#connect(), options)
  }

  /** Rejects with `MissingTopics` when Kafka answers and lacks one. */
  async assertTopics(names: readonly string[]): Promise<void> {
    if (names.every((name) => this.#existing.has(name))) return
    const admin = await this.#connect()
    const deadline = Date.now() + FRESH_MS // a broker may not have heard yet of a topic that was made a moment ago
    for (;;) {
      for (const name of await admin.listTopics()) this.#existing.add(name)
      const missing = names.filter((name) => !this.#existing.has(name))
      if (missing.length === 0) return
      if (Date.now() > deadline) throw new MissingTopics(missing)
      await pause(AGAIN_MS, this.#options.signal)
    }
  }

  /** As `assertTopics`, but waits for a Kafka that is away. */
  async awaitTopics(names: readonly string[]): Promise<void> {
    await this.#patiently(async () => this.assertTopics(names))
  }

  async lag(group: string, names: readonly string[]): Promise<Record<string, number>> {
    const admin = await this.#connect()
    return lagBehind(admin, group, await spansOf(admin, names))
  }

  /** Resolves when the group has committed everything that the topics hold now. */
  async reached(group: string, names: readonly string[]): Promise<void> {
    const { signal } = this.#options
    const ends = await this.#patiently((admin) => spansOf(admin, names))
    while (ends !== undefined && !signal.aborted) {
      const lag = await this.#patiently((admin) => lagBehind(admin, group, ends))
      if (lag === undefined || Object.values(lag).every((events) => events === 0)) return
      await pause(100, signal)
    }
  }

  /** Where a group begins that shall begin at a time. What it has finished already stays finished. */
  async placesAt(group: string, names: readonly string[], time: Date): Promise<Place[]> {
    const admin = await this.#connect()
    const committed = await admin.fetchOffsets({ groupId: group, topics: [...names] })
    const places: Place[] = []
    for (const { topic, partitions } of committed) {
      const fresh = new Set(partitions.filter(({ offset }) => offset === '-1').map(({ partition }) => partition))
      const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, time.getTime())
      places.push(...offsets.filter((o) => fresh.has(o.partition)).map(({ partition, offset }) => ({ topic, partition, offset })))
    }
    return places
  }

  /** Waits a little for members that are leaving just now. */
  async forget(group: string): Promise<void> {
    const admin = await this.#connect()
    const deadline = Date.now() + LEAVING_MS
    for (;;) {
      try {
        await admin.deleteGroups([group])
        return
      } catch (error) {
        const code = (error as { groups?: { errorCode?: number }[] }).groups?.[0]?.errorCode
        if (code === GROUP_ID_NOT_FOUND) return
        if (code !== NON_EMPTY_GROUP || Date.now() > deadline) throw error
        await pause(AGAIN_MS, this.#options.signal)
      }
    }
  }

  async close(): Promise<void> {
    if (this.#connected) await this.#admin.disconnect()
  }

  async #patiently<T>(ask: (admin: Admin) => Promise<T>): Promise<T | undefined> {
    const { signal, log, security } = this.#options
    while (!signal.aborted) {
      try {
        return await ask(await this.#connect())
      } catch (error) {
        if (error instanceof MissingTopics) throw error
        const refusal = refusalOf(error, security)
        if (refusal !== undefined) throw new AccessRefused(refusal, error)
        log.warn(reasonOf(error), 'Kafka is away, will ask again')
        await pause(AGAIN_MS, signal)
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
