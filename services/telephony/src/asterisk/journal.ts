import type { CallEvent, EventBody, EventOf } from '../call/events.ts'
import { eventId } from '../call/event-id.ts'
import { dialledExten, endpointOf, isSystemChannel, known } from './channel.ts'
import { asUtc } from './journal-record.ts'

export type JournalSource = { pbxId: string; receivedAt: number }

/**
 * What one line of an exchange's own journal tells: a channel event record as cel_custom writes it, or a call detail
 * record of cdr_custom; undefined for a line that is neither. Columns and set-up stand in the README of the service.
 */
export function journalEvents(line: string, source: JournalSource): CallEvent[] | undefined {
  const row = fieldsOf(line)
  if (row.length === 11) return celEvents(row, source)
  return row.length === 16 ? cdrEvent(row, source) : undefined
}

/** Whole seconds, and no word of who was rung. */
function cdrEvent(row: string[], source: JournalSource): EventOf<'journal.record'>[] | undefined {
  const [start = '', answer = '', end = '', from = '', to = '', , channel = '', toChannel = ''] = row
  const [application = '', , , disposition = '', leg = '', call = '', sequence = ''] = row.slice(8)
  const record = {
    start: timeOf(start),
    answer: timeOf(answer) || null,
    end: timeOf(end),
    from,
    to,
    endpoint: endpointOf(channel),
    toEndpoint: toChannel === '' ? '' : endpointOf(toChannel),
    application,
    // The queue's context is named after the queue's extension in most dial plans; the name itself is not in the row.
    queue: application === 'Queue' && dialledExten(to) === '' ? to : '',
    disposition,
    did: dialledExten(to),
  }
  if (leg === '' || Number.isNaN(record.start) || Number.isNaN(record.end)) return undefined
  const id = eventId([source.pbxId, 'cdr', leg, sequence, start, end])
  const common = { eventId: id, pbx: source.pbxId, receivedAt: source.receivedAt, journal: true as const }
  return [{ ...common, type: 'journal.record', at: record.end, leg, call: call || leg, record }]
}

/** Milliseconds and bridges: calls read from here are nearly as good as seen. */
function celEvents(row: string[], source: JournalSource): CallEvent[] | undefined {
  const [name = '', time = '', , , , , , leg = '', call = ''] = row
  const at = timeOf(time)
  if (leg === '' || Number.isNaN(at) || !/^[A-Z_]+$/.test(name)) return undefined
  const common = { pbx: source.pbxId, receivedAt: source.receivedAt, journal: true as const }
  return celBodies(row).map((body, index) => {
    const id = eventId([source.pbxId, 'cel', index, ...row])
    return { ...common, ...body, at, eventId: id, leg, call: call || leg } as CallEvent
  })
}

/** Seconds since 1970 with a fraction, or a date and time in UTC; NaN for anything else. */
const timeOf = (text: string): number => (/^\d{9,11}(\.\d+)?$/.test(text) ? Number(text) * 1000 : asUtc(text))

type CelBody = { type: EventBody['type'] } & Record<string, unknown>

function celBodies(row: string[]): CelBody[] {
  const [name = '', , number = '', exten = '', , channel = '', application = ''] = row
  const extra = extraOf(row[10] ?? '')
  switch (name) {
    case 'CHAN_START':
      return [{ type: 'leg.created', ...celFacts(channel, number, exten) }]
    case 'ANSWER':
      return [{ type: 'leg.answered' }]
    case 'APP_START':
      return application === 'Queue' ? [{ type: 'queue.joined', queue: exten }] : []
    case 'BRIDGE_ENTER':
      return [{ type: 'legs.joined', bridge: extra['bridge_id'] ?? '' }]
    case 'BRIDGE_EXIT':
      return [{ type: 'legs.left', bridge: extra['bridge_id'] ?? '' }]
    case 'HANGUP': {
      const cause = Number(extra['hangupcause'] ?? 0)
      const asked = extra['hangupsource'] === channel ? [{ type: 'leg.hangup-asked' as const, cause }] : []
      return [...asked, { type: 'leg.ended', cause }]
    }
    default:
      return []
  }
}

// A leg that was dialled stands at `s`; one that dials stands at the number dialled.
function celFacts(channel: string, number: string, exten: string) {
  const direction = exten === 's' || exten === '' ? 'outgoing' : 'incoming'
  const dialled = dialledExten(exten)
  const where = { endpoint: endpointOf(channel), system: isSystemChannel(channel) }
  return { ...where, direction, number: known(number), name: '', dialled, did: '' }
}

function extraOf(text: string): Record<string, string> {
  try {
    return text.startsWith('{') ? (JSON.parse(text) as Record<string, string>) : {}
  } catch {
    return {}
  }
}

/** Quoted or bare fields; a quote within quotes is doubled. Asterisk never breaks a row inside a field. */
function fieldsOf(line: string): string[] {
  const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)
  return [...fields].map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '')
}
