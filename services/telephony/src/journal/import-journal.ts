import type { Deps } from '@vitrylo/service'
import { journalEvents } from '../asterisk/journal.ts'
import type { CallEvent } from '../call/events.ts'
import { groupCalls, type CallParts } from '../call/grouping.ts'
import { isBorn, isGuessed } from '../call/legs.ts'
import type { PbxConfig } from '../call/model.ts'
import { createCallTracker, type Applied } from '../call/tracker.ts'
import { isOfErased, knownCalls, removeLines, waitingLines } from './journal-sql.ts'
import { recordCalls, type PbxPlace } from './record-calls.ts'

// An event of the link may be on its way into the log while the exchange's own line is here already.
const SETTLED_MS = 5_000
// For so long the link's own tracker may still change a call whose end it had to guess.
const CALM_MS = 70_000

/**
 * Compares what an exchange has written itself with what was seen of it. A call that nobody saw is added once; a call
 * whose end was guessed after a lost link gets the true one; a call that was seen whole stays as it is, and one of a person who was erased too.
 */
export async function importJournal(deps: Deps, pbx: PbxPlace, config: PbxConfig): Promise<void> {
  const lines = await waitingLines(deps.pool, pbx.pbxId)
  if (lines.length === 0) return
  const now = deps.now().getTime()
  const lineOf = new Map<CallEvent, { hash: string; age: number }>()
  for (const { hash, line, received_at } of lines) {
    for (const event of journalEvents(line, { pbxId: pbx.pbxId, receivedAt: now }) ?? []) lineOf.set(event, { hash, age: now - received_at.getTime() })
  }
  for (const parts of groupCalls(lineOf.keys(), config)) {
    if (!isComplete(parts)) continue
    const from = parts.events.map((event) => lineOf.get(event)!)
    if (await compare(deps, pbx, parts, Math.min(...from.map(({ age }) => age)))) await removeLines(deps.pool, pbx.pbxId, from.map(({ hash }) => hash))
  }
}

/** Every phone of it has hung up; a call detail record is written at the end only. */
function isComplete({ legs, events }: CallParts): boolean {
  const born = legs.filter(isBorn)
  if (born.length === 0) return events.some(({ type }) => type === 'journal.record')
  return born.every(({ endedAt }) => endedAt !== undefined)
}

/** False while it is too early to tell. */
async function compare(deps: Deps, pbx: PbxPlace, parts: CallParts, age: number): Promise<boolean> {
  if (age < SETTLED_MS) return false
  const legs = parts.legs.map(({ uid }) => uid)
  if (await isOfErased(deps.pool, pbx.pbxId, legs, new Date(parts.events[0]!.at))) return true
  const known = await knownCalls(deps.pool, pbx.pbxId, legs)
  const seen = known.flatMap(({ events }) => events).filter(({ journal }) => !journal)
  if (seen.length > 0 && age < CALM_MS) return false
  const tracker = createCallTracker(parts.config)
  tracker.restore(known)
  const news = seen.length === 0 ? parts.events : unseen(parts, seen)
  if (news.length > 0) await recordCalls(deps, pbx, quiet(tracker.apply(news)))
  return true
}

/** What went on behind the moment from which a leg was only guessed, and legs of which nothing was seen at all. */
function unseen({ config, events, legs }: CallParts, seen: CallEvent[]): CallEvent[] {
  const seenLegs = groupCalls(seen, config).flatMap((parts) => parts.legs)
  const guessed = seenLegs.filter(isGuessed)
  if (guessed.length === 0) return []
  const lostAt = Math.min(...guessed.map(({ endedAt }) => endedAt!))
  const isSeen = new Set(seenLegs.filter(isBorn).map(({ uid }) => uid))
  const isLate = new Set(legs.filter(({ uid, bornAt }) => !isSeen.has(uid) && bornAt !== undefined && bornAt >= lostAt).map(({ uid }) => uid))
  return events.filter((event) => {
    if (isLate.has(event.leg)) return true
    const end = guessed.find(({ uid }) => uid === event.leg)?.endedAt
    return end !== undefined && event.at >= end && event.type !== 'journal.record'
  })
}

/** A ring of an hour ago opens no card; that there was a call and that it is over is news all the same. */
const quiet = (applied: Applied): Applied => ({
  ...applied,
  changed: applied.changed.map((change) => ({ ...change, facts: change.facts.filter(({ type }) => type === 'started' || type === 'ended') })),
})
