import { expect, test } from '@jest/globals'
import { isCallEvent } from '../src/call/events.ts'
import type { CallEvent } from '../src/call/events.ts'
import { createCallTracker } from '../src/call/tracker.ts'
import type { CallTracker } from '../src/call/tracker.ts'
import { capture, CONFIG } from './capture-files.ts'
import { eventsOf, play } from './capture-play.ts'
import { answeredCall, story, T0 } from './event-builder.ts'

const firstOf = (tracker: CallTracker) => tracker.livingCalls()[0]
const factsOf = (tracker: CallTracker, events: Parameters<CallTracker['apply']>[0]) =>
  tracker.apply(events).changed.flatMap((change) => change.facts.map((fact) => fact.type))

test('a screen opens once per agent, at the ring, and closes as “elsewhere” for who lost', () => {
  const { facts } = play(eventsOf(capture('ring-group')))
  const told = [...facts.values()].flat()
  expect(told.filter((fact) => fact.type === 'offered')).toHaveLength(3)
  expect(told.filter((fact) => fact.type === 'offer-ended' && fact.outcome === 'elsewhere')).toHaveLength(2)
  expect(told.filter((fact) => fact.type === 'answered')).toEqual([{ type: 'answered', extension: '1002' }])
})

test('a hold is told when it begins and when it is over', () => {
  const told = [...play(eventsOf(capture('hold-unhold'))).facts.values()].flat().map((fact) => fact.type)
  expect(told).toEqual(['started', 'offered', 'answered', 'offer-ended', 'held', 'resumed', 'ended'])
})

test('the ring is told with the very event that begins it', () => {
  const events = eventsOf(capture('inbound-answered'))
  const tracker = createCallTracker(CONFIG)
  const rang = events.findIndex((event) => event.type === 'leg.offered')
  expect(factsOf(tracker, events.slice(0, rang))).toEqual(['started'])
  expect(factsOf(tracker, events.slice(rang, rang + 1))).toEqual(['offered'])
})

test('an attended transfer merges the consultation into the older call, whose id stays', () => {
  const tracker = createCallTracker(CONFIG)
  const ids: string[] = []
  const merged: { from: string; into: string }[] = []
  for (const event of eventsOf(capture('attended-transfer'))) {
    const applied = tracker.apply([event])
    for (const { before, after } of applied.changed) if (before === undefined) ids.push(after.id)
    merged.push(...applied.merged)
  }
  expect(merged).toEqual([{ from: ids[1], into: ids[0] }])
  expect(ids).toHaveLength(2)
})

test('a lost connection ends no call; the snapshot after it ends the legs that are gone', () => {
  const tracker = createCallTracker(CONFIG)
  const told = answeredCall()
  tracker.apply(told.events)
  tracker.apply(
    told
      .at(8)
      .snapshot(['c', 'a'], { lostAt: T0 + 5_000 })
      .events.slice(-1),
  )
  expect(firstOf(tracker)).toMatchObject({ state: 'connected' })
  const { accepted, changed, callOf } = tracker.apply(
    told
      .at(20)
      .snapshot([], { lostAt: T0 + 15_000 })
      .events.slice(-1),
  )
  expect(changed[0]?.after).toMatchObject({
    state: 'ended',
    disposition: 'answered',
    endedBy: null,
    certainty: 'from-snapshot',
  })
  expect(changed[0]?.after.talkSeconds).toBeCloseTo(13, 1)
  expect(accepted.map((event) => [event.type, callOf.get(event.eventId)])).toEqual([
    ['leg.gone', changed[0]?.after.id],
    ['leg.gone', changed[0]?.after.id],
  ])
})

test('a PBX that was started anew has lost its calls, whether it says so before the lists or after', () => {
  for (const late of [false, true]) {
    const tracker = createCallTracker(CONFIG)
    tracker.apply(answeredCall().events)
    const back = story().at(12)
    if (!late) back.boots(1_000)
    back.snapshot([], { lostAt: T0 + 10_000 })
    if (late) back.boots(0)
    const { changed } = tracker.apply(back.events)
    expect(changed[0]?.after).toMatchObject({ disposition: 'lost', endedBy: 'pbx', state: 'ended' })
    expect(changed[0]?.after.talkSeconds).toBeCloseTo(8, 1)
  }
})

test('a PBX that was up all the time has lost nothing', () => {
  const tracker = createCallTracker(CONFIG)
  tracker.apply(answeredCall().events)
  const { changed } = tracker.apply(
    story()
      .at(12)
      .boots(60_000)
      .snapshot([], { lostAt: T0 + 10_000 }).events,
  )
  expect(changed[0]?.after).toMatchObject({ disposition: 'answered', endedBy: null, certainty: 'from-snapshot' })
})

test('a call that goes on when we come to know the PBX is taken over, its start from the age told', () => {
  const tracker = createCallTracker(CONFIG)
  const told = story().of('c').at(30)
  const leg = { system: false, name: '', dialled: '', did: '5550101', state: 'up' as const, bridge: 'b' }
  told.add('leg.listed', 'c', {
    ...leg,
    endpoint: 'trunk',
    direction: 'incoming',
    number: '+442079460123',
    since: T0,
    queue: 'sales',
  })
  told.add('leg.listed', 'a', {
    ...leg,
    endpoint: '1001',
    direction: 'outgoing',
    number: '1001',
    since: T0 + 2_000,
    queue: '',
  })
  tracker.apply(told.snapshot(['c', 'a']).events)
  expect(firstOf(tracker)).toMatchObject({
    state: 'connected',
    certainty: 'from-snapshot',
    startTime: T0,
    customerNumber: '+442079460123',
    line: '5550101',
    queues: ['sales'],
    answeredBy: { extension: '1001' },
  })
})

test('after a restart of the service the stored events give the same calls under the ids they had', () => {
  const events = eventsOf(capture('attended-transfer'))
  const middle = Math.floor(events.length / 2)
  const before = createCallTracker(CONFIG)
  const stored = new Map<string, CallEvent[]>()
  const { accepted, callOf } = before.apply(events.slice(0, middle))
  for (const event of accepted) {
    const id = callOf.get(event.eventId)
    if (id !== undefined) stored.set(id, [...(stored.get(id) ?? []), event])
  }
  const after = createCallTracker(CONFIG)
  after.restore([...stored].map(([callId, kept]) => ({ callId, events: kept })))
  expect(after.livingCalls()).toEqual(before.livingCalls())
  expect(after.apply(events.slice(middle))).toEqual(before.apply(events.slice(middle)))
})

test('events of a call long over make no new call, save a new leg under its key', () => {
  const tracker = createCallTracker(CONFIG)
  const told = answeredCall().at(5).asks('c').ends('c', 'a')
  tracker.apply(told.events)
  tracker.apply(story().at(600).of('z').dials('z', 'trunk', '5550103', '+12025550122').events)
  const record = {
    start: T0,
    answer: T0,
    end: T0 + 5_000,
    from: '+442079460123',
    to: '5550103',
    endpoint: 'trunk',
    toEndpoint: '1001',
    application: 'Dial',
    queue: '',
    disposition: 'ANSWERED',
    did: '',
  }
  const late = story().at(601).of('c').add('journal.record', 'c', { record })
  expect(tracker.apply(late.events).changed).toEqual([])
  expect(
    tracker.apply(late.at(602).dials('c', 'trunk', '5550103', '+12025550199').events).changed[0]?.facts[0],
  ).toEqual({ type: 'started' })
  expect(tracker.livingCalls()).toHaveLength(2)
})

test('an event of a leg that was never seen begins no call', () => {
  const told = story().of('x').ends('x').joins('b', 'y')
  const applied = createCallTracker(CONFIG).apply(told.events)
  expect(applied.changed).toEqual([])
  expect(applied.accepted.filter(isCallEvent)).toHaveLength(2)
})

test('five thousand channels in one snapshot are all taken over', () => {
  const tracker = createCallTracker(CONFIG)
  const told = story().at(100)
  const facts = {
    endpoint: 'trunk',
    system: false,
    direction: 'incoming' as const,
    name: '',
    dialled: '',
    did: '5550101',
  }
  const keys = Array.from({ length: 5_000 }, (_, index) => `k${index}`)
  for (const key of keys) {
    told
      .of(key)
      .add('leg.listed', key, { ...facts, number: '+442079460123', state: 'up', bridge: '', since: T0, queue: 'sales' })
  }
  tracker.apply(told.snapshot(keys).events)
  expect(tracker.livingCalls()).toHaveLength(5_000)
})
