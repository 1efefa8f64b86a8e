import type { JournalRecord } from '../call/events.ts'
import type { AmiMessage } from './ami-message.ts'
import { dialledExten, endpointOf } from './channel.ts'

const QUARTER_MS = 15 * 60_000

/** A `Cdr` event. Its dates are in the PBX's time zone, which the event's own Timestamp gives away. */
export function journalRecord(m: AmiMessage, at: number): { call: string; record: JournalRecord } {
  const zoneMs = Math.round((asUtc(m.get('EndTime')) - at) / QUARTER_MS) * QUARTER_MS
  const time = (name: string) => asUtc(m.get(name)) - zoneMs
  const application = m.get('LastApplication')
  const to = m.get('Destination')
  return {
    call: m.get('LinkedID') || m.get('UniqueID'),
    record: {
      start: time('StartTime'),
      answer: m.get('AnswerTime') === '' ? null : time('AnswerTime'),
      end: time('EndTime'),
      from: m.get('Source'),
      to,
      endpoint: endpointOf(m.get('Channel')),
      toEndpoint: endpointOf(m.get('DestinationChannel')),
      application,
      queue: application === 'Queue' ? (m.get('LastData').split(',')[0] ?? '') : '',
      disposition: m.get('Disposition'),
      did: dialledExten(to),
    },
  }
}

/** `2026-11-21 02:27:24`, with or without a fraction, read as if it were UTC. */
export function asUtc(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`)
}
