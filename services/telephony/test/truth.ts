import { expect } from '@jest/globals'
import type { Call } from '../src/call/model.ts'
import type { Truth } from './capture-files.ts'

const TOLERANCE = 0.3

// The truth files were written by who played the calls; these are the journal's words for the same.
const DISPOSITIONS: Record<string, string> = {
  abandoned: 'abandoned-in-queue',
  'agent-no-answer': 'no-answer',
  'lost-with-pbx': 'lost',
}

const customerOf = (truth: Truth) => (truth.direction === 'inbound' ? truth.caller : truth.callee) ?? null

/** The call that the truth speaks of: the truth file is not always in the order of the calls. */
export function callOf(truth: Truth, calls: readonly Call[]): Call | undefined {
  const number = truth.direction === 'internal' ? null : customerOf(truth)
  return calls.find(
    (call) => call.customerNumber === number && (call.line === (truth.did ?? '') || truth.did === undefined),
  )
}

export function expectTruth(call: Call, truth: Truth): void {
  const predictive = truth.direction === 'outbound-predictive'
  expect(call.direction).toBe(predictive ? 'outbound' : truth.direction)
  expect(call.state).toBe('ended')
  if (truth.direction === 'internal') expect([call.customerNumber, call.line]).toEqual([null, truth.callee])
  else expect(call.customerNumber).toBe(customerOf(truth))
  if (truth.direction === 'inbound') expect(call.line).toBe(truth.did)
  expect(call.queues).toEqual([truth.queue, truth.secondQueue].filter(Boolean))
  expect(call.answeredBy?.extension ?? null).toBe(truth.answeredBy)
  expect(call.ownerAgent?.extension).toBe(ownerOf(truth))
  expect(call.disposition).toBe(DISPOSITIONS[truth.disposition ?? ''] ?? truth.disposition)
  if (truth.hangupBy) expect(call.endedBy).toBe(truth.hangupBy)
  expect(call.transfers.map(({ kind, by, to }) => ({ kind, by, to }))).toEqual(
    (truth.transfers ?? []).map(({ kind, by, to }) => ({ kind, by, to })),
  )
  if (truth.rangAt) expect(call.agentsRung.map((each) => each.extension).sort()).toEqual([...truth.rangAt].sort())
  const elsewhere = call.offers.filter((offer) => offer.outcome === 'elsewhere').map((offer) => offer.extension)
  expect(elsewhere).toEqual(truth.answeredElsewhereAt ?? [])
  expectTimes(call, truth)
}

function ownerOf(truth: Truth): string | undefined {
  if (truth.agent !== undefined) return truth.agent
  return truth.lastAgent ?? truth.answeredBy ?? undefined
}

function expectTimes(call: Call, truth: Truth) {
  if (truth.waitSeconds !== undefined) expectNear(call.waitSeconds, truth.waitSeconds)
  const talk =
    truth.talkSeconds ??
    (truth.talkWithFirst === undefined ? undefined : truth.talkWithFirst + (truth.talkWithLast ?? 0))
  if (talk !== undefined) expectNear(call.talkSeconds, talk)
  if (truth.talkWithLast !== undefined) expectNear(lastSegment(call), truth.talkWithLast)
  if (truth.holds !== undefined) {
    expect(call.holdCount).toBe(truth.holds)
    expectNear(call.holdSeconds, truth.holdSeconds ?? 0)
  }
}

function lastSegment(call: Call): number {
  const last = call.segments.at(-1)
  return ((last?.to ?? 0) - (last?.from ?? 0)) / 1000
}

function expectNear(seconds: number, truth: number) {
  expect(Math.abs(seconds - truth)).toBeLessThanOrEqual(TOLERANCE)
}
