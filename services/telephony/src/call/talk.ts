import { isBorn } from './legs.ts'
import type { BornLeg, Leg, Span } from './legs.ts'

/** One other side of the principal's talk, and when. */
export type TalkSpan = Span & { leg: BornLeg }

/**
 * Who was connected to `principal`, and when: through bridges, and through pairs of Local legs between two bridges.
 * Never from answers or call detail records, which count a queue's music as talk.
 */
export function talkSpans(principal: Leg, legs: readonly Leg[]): TalkSpan[] {
  const times = boundaries(legs)
  const spans: TalkSpan[] = []
  const lastOf = new Map<string, TalkSpan>()
  for (const [index, from] of times.entries()) {
    const to = times[index + 1]
    for (const leg of reached(principal, legs, from)) {
      const last = lastOf.get(leg.key)
      if (last !== undefined && last.to === from) setEnd(last, to)
      else {
        const span: TalkSpan = { leg, from }
        setEnd(span, to)
        spans.push(span)
        lastOf.set(leg.key, span)
      }
    }
  }
  return spans
}

/**
 * While an agent consults by the keypad or the manager, the phone leaves the customer's bridge for another one and the
 * customer stays behind with music: a hold, and as much a part of the talk as one by the phone's own button.
 */
export function consultSpans(principal: Leg, spans: readonly TalkSpan[]): TalkSpan[] {
  return spans.flatMap(({ leg, to }) => {
    const left =
      to === undefined ? undefined : principal.stays.find((stay) => stay.from < to && (stay.to ?? Infinity) > to)
    const away = leg.stays.find((stay) => to !== undefined && stay.from >= to && stay.from < to + SAME_MOMENT_MS)
    if (to === undefined || left === undefined || away === undefined || away.bridge === left.bridge) return []
    const next = spans.find((span) => span.from > to)?.from
    const ends = [left.to, away.to, next].filter((end) => end !== undefined)
    const span: TalkSpan = { leg, from: to }
    setEnd(span, ends.length === 0 ? undefined : Math.min(...ends))
    return [span]
  })
}

const SAME_MOMENT_MS = 1_000

function setEnd(span: Span, to: number | undefined) {
  if (to === undefined) delete span.to
  else span.to = to
}

function boundaries(legs: readonly Leg[]): number[] {
  const times = new Set<number>()
  for (const leg of legs) {
    for (const stay of leg.stays) {
      times.add(stay.from)
      if (stay.to !== undefined) times.add(stay.to)
    }
  }
  return [...times].sort((a, b) => a - b)
}

function bridgeAt(leg: Leg, at: number): string | undefined {
  return leg.stays.find((stay) => stay.from <= at && (stay.to === undefined || stay.to > at))?.bridge
}

/** The phones that hear the principal at that moment. */
function reached(principal: Leg, legs: readonly Leg[], at: number): BornLeg[] {
  const seen = new Set<Leg>([principal])
  const queue = [principal]
  for (let leg = queue.pop(); leg !== undefined; leg = queue.pop()) {
    const bridge = bridgeAt(leg, at)
    if (bridge === undefined) continue
    for (const other of legs) {
      if (seen.has(other) || bridgeAt(other, at) !== bridge) continue
      seen.add(other)
      queue.push(other)
      const pair = legs.find((each) => each.key === other.pair)
      if (pair === undefined || seen.has(pair)) continue
      seen.add(pair)
      queue.push(pair)
    }
  }
  seen.delete(principal)
  return [...seen].filter(isBorn).filter((leg) => leg.kind !== 'system')
}

/** The spans joined where they touch or overlap, so that a conference of three is not counted twice. */
export function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last === undefined || (last.to !== undefined && span.from > last.to)) joined.push({ ...span })
    else if (last.to !== undefined) setEnd(last, span.to === undefined ? undefined : Math.max(last.to, span.to))
  }
  return joined
}

/** Total of the spans in seconds; one that still lasts counts up to `asOf`. */
export function secondsOf(spans: readonly Span[], asOf: number): number {
  const ms = union(spans).reduce((total, span) => total + Math.max(0, (span.to ?? asOf) - span.from), 0)
  return toSeconds(ms)
}

export function toSeconds(ms: number): number {
  return Math.round(ms) / 1000
}
