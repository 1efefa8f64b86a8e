import type { AdapterEvent, EventOf, LegState } from '../call/events.ts'
import type { AmiSnapshot } from './ami-types.ts'
import type { AmiMessage } from './ami-message.ts'
import { known } from './channel.ts'
import { legFacts } from './decode.ts'
import { eventId } from '../call/event-id.ts'

const STATES: Record<string, LegState> = { '5': 'ringing', '6': 'up' }

/** A snapshot in the words of the call model: every channel the PBX has, and who waits in which queue. */
export function decodeSnapshot(pbxId: string, snapshot: AmiSnapshot, receivedAt: number): AdapterEvent[] {
  const common = { pbx: pbxId, at: snapshot.at, receivedAt }
  const channels = snapshot.channels.filter((m) => m.get('Event') === 'CoreShowChannel' && m.get('Uniqueid') !== '')
  const legs = channels.map((m) => listed(m, common))
  const calls = new Map(legs.map((leg) => [leg.leg, leg.call]))
  const waiting = snapshot.queues.filter((m) => m.get('Event') === 'QueueEntry' && calls.has(m.get('Uniqueid')))
  const joined = waiting.map((m) => {
    const [leg, queue] = [m.get('Uniqueid'), m.get('Queue')]
    const at = snapshot.at - Number(m.get('Wait')) * 1000
    const id = eventId([pbxId, 'queue.listed', leg, queue, snapshot.at])
    return { ...common, type: 'queue.joined' as const, eventId: id, at, leg, call: calls.get(leg) ?? leg, queue }
  })
  const complete = {
    ...common,
    type: 'pbx.snapshot' as const,
    eventId: eventId([pbxId, 'pbx.snapshot', snapshot.at]),
    listed: legs.map((leg) => leg.leg),
    lostAt: snapshot.lostAt ?? null,
  }
  return [...legs, ...pairs(channels, common), ...joined, complete]
}

function pairs(channels: AmiMessage[], common: { pbx: string; at: number; receivedAt: number }) {
  const byName = new Map(channels.map((m) => [m.get('Channel'), m]))
  return channels.flatMap((m) => {
    const name = m.get('Channel')
    const other = name.endsWith(';1') ? byName.get(`${name.slice(0, -1)}2`)?.get('Uniqueid') : undefined
    if (other === undefined) return []
    const leg = m.get('Uniqueid')
    const id = eventId([common.pbx, 'legs.listed-pair', leg, other, common.at])
    return [{ ...common, type: 'legs.paired' as const, eventId: id, leg, call: m.get('Linkedid'), other }]
  })
}

function listed(m: AmiMessage, common: { pbx: string; at: number; receivedAt: number }): EventOf<'leg.listed'> {
  const application = m.get('Application')
  const leg = m.get('Uniqueid')
  return {
    ...common,
    ...legFacts(m, application.startsWith('App') || m.get('ApplicationData') === '(Outgoing Line)'),
    type: 'leg.listed',
    eventId: eventId([common.pbx, 'leg.listed', leg, common.at]),
    leg,
    call: known(m.get('Linkedid')) || leg,
    state: STATES[m.get('ChannelState')] ?? 'down',
    bridge: m.get('BridgeId'),
    since: startOf(leg, common.at, seconds(m.get('Duration')) * 1000),
    // Who is already talking is in no queue any more, yet the dial plan still stands in the queue's application.
    queue: application === 'Queue' ? (m.get('ApplicationData').split(',')[0] ?? '') : '',
  }
}

/**
 * The age is in whole seconds, and so is the time in the channel's key; where both fit together the start lies in the
 * part of a second that they share, and the middle of it is the best guess.
 */
function startOf(leg: string, at: number, ageMs: number): number {
  const latest = at - ageMs
  const keyed = Number(/(?:^|-)(\d{9,11})\.\d+$/.exec(leg)?.[1]) * 1000
  const [from, to] = [Math.max(latest - 1000, keyed), Math.min(latest, keyed + 1000)]
  return from <= to ? (from + to) / 2 : latest
}

function seconds(duration: string): number {
  return duration.split(':').reduce((total, part) => total * 60 + Number(part), 0)
}
