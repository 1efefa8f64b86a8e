import { callId } from './call-id.ts'
import type { EventOf, JournalRecord } from './events.ts'
import type { CallParts } from './grouping.ts'
import type { Call, Direction, Disposition, Party, PbxConfig } from './model.ts'
import { e164, isExtension, isWithheld, kindOf, partyOf } from './parties.ts'
import { toSeconds } from './talk.ts'

/**
 * A call of which nothing was seen but its call detail records: whole seconds, the queue's answer taken for the
 * agent's. Better than a lost callback; `certainty` says so.
 */
export function journalCall(parts: CallParts): Call | undefined {
  const events = parts.events.filter((event) => event.type === 'journal.record')
  const first = events.toSorted((a, b) => a.record.start - b.record.start)[0]
  if (first === undefined) return undefined
  const { config } = parts
  const records = events.map((event) => event.record)
  const direction = directionOf(first.record, config)
  const startTime = first.record.start
  const endTime = Math.max(...records.map((record) => record.end))
  const talk = records.find((record) => isTalk(record, config))
  const answered = talk === undefined ? null : answeredParty(talk, direction, config)
  const raw = direction === 'inbound' ? first.record.from : direction === 'outbound' ? first.record.to : ''
  const withheld = direction === 'inbound' && isWithheld(raw)
  return {
    ...identity(first, parts),
    direction,
    customerNumber: withheld ? null : e164(config, raw),
    customerNumberRaw: raw,
    withheld,
    line: direction === 'outbound' ? '' : first.record.did,
    queues: [...new Set(records.map((record) => record.queue).filter((queue) => queue !== ''))],
    answeredBy: answered,
    ownerAgent: direction === 'outbound' ? partyOf(config, first.record.endpoint) : answered,
    initiator: direction === 'inbound' ? null : partyOf(config, first.record.endpoint),
    startTime,
    answerTime: talk?.answer ?? null,
    endTime,
    waitSeconds: toSeconds((talk?.answer ?? endTime) - startTime),
    talkSeconds: talk === undefined ? 0 : toSeconds(talk.end - (talk.answer ?? talk.end)),
    disposition: dispositionOf(records, talk, direction),
    endedBy: null,
  }
}

function identity(first: EventOf<'journal.record'>, parts: CallParts) {
  return {
    id: callId(parts.config.pbxId, first.call, first.record.start),
    legKeys: parts.legs.map((leg) => leg.key),
    providerKey: first.call,
    pbxId: parts.config.pbxId,
    origin: 'direct' as const,
    state: 'ended' as const,
    customerName: '',
    agentsRung: [],
    offers: [],
    segments: [],
    holdSeconds: 0,
    holdCount: 0,
    transfers: [],
    cause: null,
    certainty: 'from-journal' as const,
  }
}

function directionOf(record: JournalRecord, config: PbxConfig): Direction {
  if (kindOf(config, record.endpoint, false) === 'customer') return 'inbound'
  return isExtension(config, record.to) ? 'internal' : 'outbound'
}

// ANSWERED alone proves nothing: the queue and the IVR answer too. Somebody must have been on the other side.
function isTalk(record: JournalRecord, config: PbxConfig): boolean {
  return record.disposition === 'ANSWERED' && kindOf(config, record.toEndpoint, false) !== 'internal'
}

function answeredParty(record: JournalRecord, direction: Direction, config: PbxConfig): Party {
  if (direction === 'outbound') return { extension: e164(config, record.to) ?? record.to, employeeId: null }
  return partyOf(config, record.toEndpoint)
}

function dispositionOf(records: JournalRecord[], talk: JournalRecord | undefined, direction: Direction): Disposition {
  if (talk !== undefined) return 'answered'
  if (direction === 'inbound' && records.some((record) => record.queue !== '')) return 'abandoned-in-queue'
  const last = records.at(-1)?.disposition
  if (last === 'BUSY') return 'busy'
  return last === 'FAILED' || last === 'CONGESTION' ? 'failed' : 'no-answer'
}
