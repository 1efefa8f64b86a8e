import { areaOf, covers, isLive, rulesOf, type Identity, type Place } from './reach.ts'
import type { RightsData, Rule } from './rights.ts'
import { isGiven, type Share } from './scope.ts'

/** What a rule or a share did to the question. `outweighed`: it would allow, but something denies. */
export type Outcome = 'allows' | 'denies' | 'outweighed' | 'out-of-reach' | 'not-yet' | 'expired'

/** One thing that was looked at: a rule or a share, and in whose stead it is held. */
export type Ground = { outcome: Outcome; rule?: Rule; share?: Share; inSteadOf?: string }

/** `grounds` begins with what decided. None at all: nobody gave anything. */
export type Decision = { allowed: boolean; grounds: Ground[] }

/** `record` left out: whether there is any record at all. */
export type Question = { section: string; action: string; record?: Place & { shares?: readonly Share[] } }

/** The decision on one record with everything that led to it. Says what `sees` says; slower, for those who ask why. */
export function decide(data: RightsData, identities: readonly Identity[], { section, action, record }: Question, at: number): Decision {
  const reached = (identity: Identity, rule: Rule): boolean =>
    record === undefined ? rule.effect === 'allow' || rule.scope === 'all' : covers(areaOf(data, identity.employee, [rule]), record)
  const judge = (identity: Identity, rule: Rule): Outcome => {
    const from = Math.max(rule.from, identity.from)
    const until = Math.min(rule.until, identity.until)
    if (!isLive({ from, until }, at)) return at < from ? 'not-yet' : 'expired'
    return reached(identity, rule) ? `${rule.effect === 'allow' ? 'allow' : 'denie'}s` : 'out-of-reach'
  }
  const grounds: Ground[] = []
  let denied = false
  for (const identity of identities) {
    const inSteadOf = identity === identities[0] ? undefined : identity.employee?.id
    const found: Ground[] = rulesOf(data, identity, section, action).map((rule) => ({ outcome: judge(identity, rule), rule, inSteadOf }))
    for (const share of record?.shares ?? []) {
      if (!identity.groups.includes(share.holder)) continue
      const given = isLive(identity, at) && isGiven(share, identity.groups, action, at)
      found.push({ outcome: given ? 'allows' : (share.until ?? Infinity) <= at ? 'expired' : 'out-of-reach', share, inSteadOf })
    }
    const refused = found.some(({ outcome }) => outcome === 'denies')
    if (identity === identities[0]) denied = refused
    if (refused || denied) for (const ground of found) if (ground.outcome === 'allows') ground.outcome = 'outweighed'
    grounds.push(...found)
  }
  const allowed = grounds.some(({ outcome }) => outcome === 'allows')
  const rank = (ground: Ground): number => ORDER.indexOf(ground.outcome)
  return { allowed, grounds: grounds.toSorted((a, b) => rank(a) - rank(b)) }
}

const ORDER: readonly Outcome[] = ['allows', 'denies', 'outweighed', 'out-of-reach', 'not-yet', 'expired']
