import type { AmiMessage } from '../src/asterisk/ami-message.ts'
import { decodeItems } from '../src/asterisk/decode-items.ts'
import type { Fact } from '../src/call/changes.ts'
import type { AdapterEvent } from '../src/call/events.ts'
import type { Call } from '../src/call/model.ts'
import { createCallTracker } from '../src/call/tracker.ts'
import { CONFIG, itemsOf, messagesOf, timeOf } from './capture-files.ts'
import type { Capture } from './capture-files.ts'

export type Played = { calls: Call[]; facts: Map<string, Fact[]> }

/** The calls that are left after the events came in batches of the given sizes, as a service would keep them. */
export function play(events: readonly AdapterEvent[], batchSize: () => number = () => 1): Played {
  const tracker = createCallTracker(CONFIG)
  const calls = new Map<string, Call>()
  const facts = new Map<string, Fact[]>()
  for (let from = 0, size = batchSize(); from < events.length; from += size, size = batchSize()) {
    const { changed, merged } = tracker.apply(events.slice(from, from + size))
    for (const { from: gone } of merged) calls.delete(gone)
    for (const change of changed) {
      calls.set(change.after.id, change.after)
      facts.set(change.after.id, [...(facts.get(change.after.id) ?? []), ...change.facts])
    }
  }
  return { calls: [...calls.values()].sort((a, b) => a.startTime - b.startTime), facts }
}

export function eventsOf(capture: Capture): AdapterEvent[] {
  return decodeItems(CONFIG.pbxId, itemsOf(capture.connections.map(messagesOf)))
}

/** A small repeatable source of numbers between 0 and 1. */
export function seeded(seed: number): () => number {
  let state = seed * 2_654_435_761
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

/** Every event comes up to `ms` late. */
export function shuffled(events: readonly AdapterEvent[], ms: number, random: () => number): AdapterEvent[] {
  const arrivals = events.map((event) => ({ event, at: event.at + random() * ms }))
  return arrivals.sort((a, b) => a.at - b.at).map(({ event }) => event)
}

/** What of a call must not depend on how its events came. */
export function withoutKeys(call: Call): Omit<Call, 'id' | 'legKeys'> {
  const { id: _id, legKeys: _keys, ...rest } = call
  return rest
}

/**
 * The connection breaks after so many bytes, for `gapMs` by the PBX's clock; then the client logs in again, asks what
 * there is, and hears the rest.
 */
export function cutAt(bytes: Buffer, cut: number, gapMs: number): AmiMessage[][] {
  const all = messagesOf(bytes)
  const before = messagesOf(bytes.subarray(0, cut))
  const lostAt = Math.max(0, ...before.map(timeOf))
  const missed = all.slice(before.length).filter((m) => gapMs > 0 && timeOf(m) > 0 && timeOf(m) <= lostAt + gapMs)
  const rest = all.slice(before.length + missed.length).filter((m) => timeOf(m) > 0)
  const at = rest[0] === undefined ? lostAt + gapMs + 1 : timeOf(rest[0])
  return [before, [booted(all, at), ...channelList([...before, ...missed], at), ...rest]]
}

// The same PBX as before: its uptime went on.
function booted(all: AmiMessage[], at: number): AmiMessage {
  const first = Math.min(...all.map(timeOf).filter((each) => each > 0))
  const uptime = Number(all.find((m) => m.get('Event') === 'FullyBooted')?.get('Uptime'))
  return message(['Event', 'FullyBooted'], ['Uptime', String(Math.floor(uptime + (at - first) / 1000))])
}

function message(...headers: [string, string][]): AmiMessage {
  const all = (name: string) => headers.filter(([key]) => key === name).map(([, value]) => value)
  return { headers, all, get: (name) => all(name)[0] ?? '' }
}

type Channel = { last: AmiMessage; bornAt: number; dialled: boolean; bridge: string; queue: string }

function channelsAfter(seen: AmiMessage[]): Channel[] {
  const channels = new Map<string, Channel>()
  for (const m of seen) {
    const [id, event] = [m.get('Uniqueid'), m.get('Event')]
    if (m.get('ChannelState') === '') continue
    const born = { last: m, bornAt: timeOf(m), dialled: m.get('ChannelState') === '0', bridge: '', queue: '' }
    const listed = { ...born, dialled: m.get('ApplicationData') === '(Outgoing Line)', bridge: m.get('BridgeId') }
    const known = channels.get(id) ?? (event === 'Newchannel' ? born : event === 'CoreShowChannel' ? listed : undefined)
    if (known === undefined) continue
    if (event === 'Hangup') channels.delete(id)
    else channels.set(id, { ...known, ...changed(m), last: m })
  }
  return [...channels.values()]
}

const NOT_LISTED = ['Event', 'Timestamp', 'Privilege', 'SystemName', 'Duration', 'BridgeId']

function channelList(seen: AmiMessage[], at: number): AmiMessage[] {
  return channelsAfter(seen).map(({ last, bornAt, dialled, bridge, queue }) => {
    // A leg that the PBX rang by itself runs the dial plan once it is up.
    const outgoing = dialled && !(last.get('Uniqueid') === last.get('Linkedid') && last.get('ChannelState') === '6')
    return message(
      ['Event', 'CoreShowChannel'],
      ['ActionID', 'v7'],
      ...last.headers
        .filter(([name]) => !NOT_LISTED.includes(name))
        .map(([name, value]): [string, string] => [name, value]),
      ['Application', outgoing ? 'AppDial' : queue === '' ? 'Dial' : 'Queue'],
      ['ApplicationData', outgoing ? '(Outgoing Line)' : queue],
      ['Duration', new Date(Math.floor((at - bornAt) / 1000) * 1000).toISOString().slice(11, 19)],
      ['BridgeId', bridge],
    )
  })
}

function changed(m: AmiMessage): { bridge?: string; queue?: string } {
  if (m.get('Event') === 'BridgeEnter') return { bridge: m.get('BridgeUniqueid') }
  if (m.get('Event') === 'BridgeLeave') return { bridge: '' }
  return m.get('Event') === 'QueueCallerJoin' ? { queue: m.get('Queue') } : {}
}
