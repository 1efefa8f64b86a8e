import { expect, test } from '@jest/globals'
import { journalEvents } from '../src/asterisk/journal.ts'
import { decodeItems } from '../src/asterisk/decode-items.ts'
import { isCallEvent } from '../src/call/events.ts'
import type { EventOf } from '../src/call/events.ts'
import { createCallTracker } from '../src/call/tracker.ts'
import { reduceCalls } from '../src/call/reducer.ts'
import { allCaptures, capture, CONFIG, itemsOf, messagesOf, readText } from './capture-files.ts'
import { eventsOf } from './capture-play.ts'
import { callOf, expectTruth } from './truth.ts'

const LOST = 'manager-connection-lost'
const SOURCE = { pbxId: CONFIG.pbxId, receivedAt: 0 }
const journalOf = (file: string) => readText(file).split('\n').flatMap((line) => journalEvents(line, SOURCE) ?? [])

function withJournal(journal: Parameters<ReturnType<typeof createCallTracker>['apply']>[0]) {
  const tracker = createCallTracker(CONFIG)
  const seen = tracker.apply(eventsOf(capture(LOST))).changed.map((change) => change.after)
  return { seen, added: tracker.apply(journal).changed.map((change) => change.after) }
}

test('13: a call that came and went unseen is found in the call detail records, and the one seen is left alone', () => {
  const { seen, added } = withJournal(journalOf(`${LOST}.cdr.csv`))
  expect(seen).toHaveLength(1)
  expect(added).toHaveLength(1)
  expect(added[0]).toMatchObject({
    direction: 'inbound',
    customerNumber: '+442079460161',
    queues: ['sales'],
    disposition: 'abandoned-in-queue',
    answeredBy: null,
    certainty: 'from-journal',
    state: 'ended',
    talkSeconds: 0,
  })
  expect(Math.abs((added[0]?.waitSeconds ?? 0) - 1.5)).toBeLessThan(1)
})

test('13: from the channel event records it is as the caller’s phone knew it', () => {
  const { added } = withJournal(journalOf(`${LOST}.cel.csv`))
  const unseen = added.filter((call) => call.certainty === 'from-journal' && call.customerNumber === '+442079460161')
  expect(unseen).toHaveLength(1)
  for (const truth of capture(LOST).truth.slice(1)) {
    const call = callOf(truth, unseen)
    if (call === undefined) throw new Error('the number dialled is wrong')
    expectTruth(call, truth)
  }
})

test('the journal read twice adds nothing twice', () => {
  const rows = journalOf(`${LOST}.cdr.csv`)
  expect(withJournal([...rows, ...rows]).added).toHaveLength(1)
})

test('times are dates in UTC, or seconds since 1970 for exchanges that live in another zone', () => {
  const line = (start: string, time: string) =>
    `"CHAN_START","${time}","+380445550118","5550101","from-trunk","PJSIP/trunk-0000003a","","${start}","${start}","",""`
  const [utc] = journalEvents(line('a.1', '2026-11-21 02:27:24.250'), SOURCE)!
  const [epoch] = journalEvents(line('a.1', '1795228044.250'), SOURCE)!
  expect(epoch!.at).toBe(utc!.at)
  for (const wrong of [line('a.1', 'yesterday'), line('', '1795228044'), 'a,b,c', '{"a":1}', '', '"']) expect(journalEvents(wrong, SOURCE)).toBeUndefined()
})

test('the manager’s own record of a call gives its time zone away', () => {
  const records = allCaptures()
    .flatMap((each) => decodeItems(CONFIG.pbxId, itemsOf(each.connections.map(messagesOf))))
    .filter((event): event is EventOf<'journal.record'> => event.type === 'journal.record')
  expect(records.length).toBeGreaterThan(40)
  for (const { at, record } of records) {
    expect(record.end).toBeLessThanOrEqual(at)
    expect(at - record.end).toBeLessThan(15_000)
  }
})

test('a call of which only the manager’s record came is told from it', () => {
  const [record] = eventsOf(capture('inbound-answered')).filter((event) => event.type === 'journal.record')
  const [call] = reduceCalls([record].filter((event) => event !== undefined).filter(isCallEvent), CONFIG)
  expect(call).toMatchObject({
    customerNumber: '+442079460123',
    answeredBy: { extension: '1001' },
    certainty: 'from-journal',
    queues: ['sales'],
  })
})
