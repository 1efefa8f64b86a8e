import type { Admin } from 'kafkajs'

/** First and next offset of every partition. */
type Span = { partition: number; low: bigint; high: bigint }
export type Spans = Map<string, Span[]>

export async function spansOf(admin: Admin, names: readonly string[]): Promise<Spans> {
  const spans: Spans = new Map()
  for (const name of names) {
    const partitions = await admin.fetchTopicOffsets(name)
    spans.set(name, partitions.map(({ partition, high, low }) => ({ partition, low: BigInt(low), high: BigInt(high) })))
  }
  return spans
}

/** How far the group is from the ends, by topic. */
export async function lagBehind(admin: Admin, groupId: string, spans: Spans): Promise<Record<string, number>> {
  const committed = await admin.fetchOffsets({ groupId, topics: [...spans.keys()] })
  const lag: Record<string, number> = {}
  for (const { topic, partitions } of committed) {
    const places = new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
    lag[topic] = 0
    for (const { partition, low, high } of spans.get(topic) ?? []) {
      const place = places.get(partition) ?? -1n // -1: nothing finished yet
      const start = place > low ? place : low
      if (start < high) lag[topic] += Number(high - start)
    }
  }
  return lag
}
