import type { CallEvent, EventBody, EventOf } from '../call/events.ts'
import { eventId } from '../call/event-id.ts'
import { dialledExten, endpointOf, isSystemChannel, known } from './channel.ts'
import { asUtc } from './journal-record.ts'

export type JournalSource = {
  pbxId: string
  receivedAt: number
  /** How far the PBX's local time is ahead of UTC; 0 with `usegmtime`. */
  utcOffsetMinutes: number
}

/**
 * Call detail records as cdr_custom writes them, in the columns start, answer, end, src, dst, dcontext, channel,
 * dstchannel, lastapp, duration, billsec, disposition, uniqueid, linkedid, sequence, recordingfile. Whole seconds.
 */
export function cdrEvents(csv: string, source: JournalSource): EventOf<'journal.record'>[] {
  return parseCsv(csv).map((row) => {
    const [start = '', answer = '', end = '', from = '', to = '', , channel = '', toChannel = ''] = row
    const [application = '', , , disposition = '', leg = '', call = '', sequence = ''] = row.slice(8)
    const time = (text: string) => asUtc(text) - source.utcOffsetMinutes * 60_000
    const record = {
      start: time(start),
      answer: answer === '' ? null : time(answer),
      end: time(end),
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
    const id = eventId([source.pbxId, 'cdr', leg, sequence, start, end])
    const common = { eventId: id, pbx: source.pbxId, receivedAt: source.receivedAt, journal: true as const }
    return { ...common, type: 'journal.record', at: record.end, leg, call: call || leg, record }
  })
}

/**
 * Channel event records as cel_custom writes them, in the columns eventtype, eventtime, num, exten, context, channame,
 * appname, uniqueid, linkedid, bridgepeer, extra. Milliseconds and bridges: calls read from here are as good as seen.
 */
export function celEvents(csv: string, source: JournalSource): CallEvent[] {
  return parseCsv(csv).flatMap((row) => {
    const [, time = '', , , , , , leg = '', call = ''] = row
    const common = { pbx: source.pbxId, receivedAt: source.receivedAt, journal: true as const }
    const at = asUtc(time) - source.utcOffsetMinutes * 60_000
    return celBodies(row).map((body, index) => {
      const id = eventId([source.pbxId, 'cel', index, ...row])
      return { ...common, ...body, at, eventId: id, leg, call: call || leg } as CallEvent
    })
  })
}

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
  return text.startsWith('{') ? (JSON.parse(text) as Record<string, string>) : {}
}

/** Rows of quoted or bare fields; a quote within quotes is doubled. Asterisk never breaks a row inside a field. */
function parseCsv(csv: string): string[][] {
  const rows = csv.split(/\r?\n/).filter((line) => line !== '')
  return rows.map((line) => {
    const fields = line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)
    return [...fields].map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '')
  })
}
