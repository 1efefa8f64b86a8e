import { createHash } from 'node:crypto'
import { isUuid } from '@vitrylo/pg'
import type { IHeaders, KafkaMessage, Message } from 'kafkajs'
import type { BusEvent, JsonObject } from '../event.ts'

const OURS = /^(?!ce_|content-type$|revision$)/

/** CloudEvents, binary mode. */
export function toMessage(event: BusEvent, source: string): Message {
  return {
    key: event.key,
    value: JSON.stringify(event.data),
    headers: {
      ...event.headers,
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_type: event.type,
      ce_source: source,
      ce_subject: event.key,
      ce_time: event.time,
      revision: String(event.revision),
    },
  }
}

/**
 * Anybody may write to a topic, so nothing is taken for granted. What is no event of ours comes out with the header
 * `undecodable` and an id made of its place: the consumer puts it aside as a dead letter.
 */
export function toEvent(topic: string, partition: number, message: KafkaMessage): BusEvent {
  const headers = textHeaders(message.headers)
  const { data, flaw } = parse(message.value)
  const id = headers.ce_id ?? ''
  const known = isUuid(id)
  const undecodable = flaw ?? (headers.ce_type === undefined ? 'no ce_type' : undefined)
  return {
    id: known ? id.toLowerCase() : idOf(`${topic}/${partition}/${message.offset}`),
    topic,
    key: message.key?.toString() ?? '',
    type: headers.ce_type ?? '',
    time: headers.ce_time ?? new Date(Number(message.timestamp)).toISOString(),
    revision: Number(headers.revision ?? 0) || 0,
    data,
    headers: {
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => OURS.test(name))),
      ...(undecodable !== undefined && { undecodable }),
    },
  }
}

function parse(value: Buffer | null): { data: JsonObject; flaw?: string } {
  const text = value?.toString() ?? ''
  try {
    const data: unknown = JSON.parse(text)
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { data: data as JsonObject }
  } catch {
    // told below
  }
  return { data: { text }, flaw: 'value is no JSON object' }
}

function textHeaders(headers: IHeaders = {}): Record<string, string> {
  const text: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value
    if (last !== undefined) text[name] = last.toString()
  }
  return text
}

function idOf(place: string): string {
  const hex = createHash('sha256').update(place).digest('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
  return parts.join('-')
}
