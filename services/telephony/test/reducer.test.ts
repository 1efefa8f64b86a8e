import { describe, expect, test } from '@jest/globals'
import { isCallEvent } from '../src/call/events.ts'
import { reduceCalls } from '../src/call/reducer.ts'
import { allCaptures, CONFIG, itemsOf, messagesOf } from './capture-files.ts'
import type { Capture, Truth } from './capture-files.ts'
import { cutAt, eventsOf, play, seeded, shuffled, withoutKeys } from './capture-play.ts'
import type { Played } from './capture-play.ts'
import { decodeItems } from '../src/asterisk/decode-items.ts'
import { callOf, expectTruth } from './truth.ts'

const CAPTURES = allCaptures()
// Ended before the manager's connection came back: in no event, and read from the journal in journal.test.ts.
const UNSEEN = 'in no AMI event'
const seen = (capture: Capture): Truth[] =>
  capture.truth.filter(
    (truth) => truth.direction !== undefined && !('note' in truth && String(truth.note).startsWith(UNSEEN)),
  )

function expectTruthOf(capture: Capture, { calls }: Played) {
  const left = [...calls]
  for (const truth of seen(capture)) {
    const call = callOf(truth, left)
    if (call === undefined) throw new Error(`no call of ${String(truth.caller ?? truth.callee)}`)
    left.splice(left.indexOf(call), 1)
    expectTruth(call, truth)
  }
  expect(left).toEqual([])
}

test('all captures are here: 40 with 44 calls, and 17 with 18 of what those do not show', () => {
  const counts = (captures: Capture[]) => [
    captures.length,
    captures.flatMap((each) => each.truth.filter((truth) => truth.direction !== undefined)).length,
  ]
  expect(counts(CAPTURES.filter((capture) => !capture.name.startsWith('more/')))).toEqual([40, 44])
  expect(counts(CAPTURES.filter((capture) => capture.name.startsWith('more/')))).toEqual([17, 18])
})

describe.each(CAPTURES.map((capture) => [capture.name, capture] as const))('%s', (_name, capture) => {
  const events = eventsOf(capture)
  const plain = play(events)

  test('every call is rebuilt as the phones knew it', () => expectTruthOf(capture, plain))

  test('each event twice changes nothing and tells nothing twice', () => {
    const doubled = play(events.flatMap((event) => [event, event]))
    expect(doubled).toEqual(plain)
    expect(play([...events, ...events]).calls).toEqual(plain.calls)
  })

  test.each([1, 2, 3])('events shuffled within 200 ms, in batches (seed %i), give the same calls', (seed) => {
    const random = seeded(seed)
    const { calls } = play(shuffled(events, 200, random), () => 1 + Math.floor(random() * 7))
    expect(calls.map(withoutKeys)).toEqual(plain.calls.map(withoutKeys))
  })

  test('the whole log at once, in any order, gives the same calls', () => {
    const stored = events.filter(isCallEvent)
    const reversed = reduceCalls(stored.toReversed(), CONFIG)
    expect(reversed).toEqual(reduceCalls(stored, CONFIG))
  })

  test('the connection cut at any byte loses and doubles no call', () => {
    for (const { cut, index, connections } of cuts(capture, 15, 0)) {
      const { calls } = play(decodeItems(CONFIG.pbxId, itemsOf(connections)))
      try {
        expectTruthOf(capture, { calls, facts: new Map() })
      } catch (error) {
        throw new Error(`cut at byte ${cut} of ${index}: ${(error as Error).message}`, { cause: error })
      }
    }
  })

  test('what happened while the connection was away doubles no call and leaves none open', () => {
    for (const { cut, index, connections } of cuts(capture, 15, 1_500)) {
      const { calls } = play(decodeItems(CONFIG.pbxId, itemsOf(connections)))
      try {
        expectNoGhosts(capture, calls)
      } catch (error) {
        throw new Error(`cut at byte ${cut} of ${index}: ${(error as Error).message}`, { cause: error })
      }
    }
  })
})

function cuts(capture: Capture, count: number, gapMs: number) {
  const random = seeded(capture.name.length + gapMs)
  return capture.connections.flatMap((bytes, index) => {
    const first = bytes.indexOf('Timestamp')
    return Array.from({ length: count }, () => {
      const cut = first + Math.floor(random() * (bytes.length - first))
      const connections = capture.connections.map(messagesOf)
      return {
        cut,
        index,
        connections: [...connections.slice(0, index), ...cutAt(bytes, cut, gapMs), ...connections.slice(index + 1)],
      }
    })
  })
}

function expectNoGhosts(capture: Capture, calls: Played['calls']) {
  const left = seen(capture)
  for (const call of calls) {
    expect(call.state).toBe('ended')
    // A consultation whose transfer nobody saw stays a call of its own between two phones.
    if (call.direction === 'internal' && capture.name.includes('attended')) continue
    const truth = left.find((each) => callOf({ ...each, did: undefined } as Truth, [call]) !== undefined)
    if (truth === undefined) throw new Error(`a call too many: ${JSON.stringify(call)}`)
    left.splice(left.indexOf(truth), 1)
    expect(call.direction).toBe(truth.direction?.replace('-predictive', ''))
  }
}
