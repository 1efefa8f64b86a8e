import type { TFunction } from 'i18next'
import type { Request } from '../api/types.ts'

const RULES_AFTER_CLIENT = ['answered', 'queue-group', 'branch', 'creator', 'administrator']
const isByRules = (rule: string): boolean => RULES_AFTER_CLIENT.includes(rule)

/** What a rule that found nobody was told by: a queue without a group has nobody in it to be free. */
function skippedWord(rule: string, { counterpartyId, missedCall, routing }: Request): string {
  if (rule === 'responsible' && !counterpartyId) return 'noClient'
  if (rule === 'answered' && missedCall) return 'nobodyAnswered'
  return rule === 'queue-group' && routing?.group === '' ? 'noGroup' : rule
}

/** Why this owner, as sentences: first what was tried and gave nobody, then what decided. */
export function reasonLong(request: Request, t: TFunction, { queueTitle, groupTitle }: { queueTitle: (name: string) => string; groupTitle: (name: string) => string }): { text: string; met: boolean }[] {
  const routing = request.routing
  if (!routing || routing.rule === 'unspecified') return []
  // Where there was no call, nobody answered it.
  const skipped = routing.skipped.filter((rule) => rule !== 'answered' || request.callId).map((rule) => ({ text: t(`routing.skipped.${skippedWord(rule, request)}`, { queue: queueTitle(routing.queue) }), met: false }))
  // Nobody's client has no responsible employee who could be asked: a client who is named later changes nothing of what was decided.
  if (isByRules(routing.rule) && !routing.skipped.includes('responsible')) skipped.unshift({ text: t('routing.skipped.noClient'), met: false })
  const group = groupTitle(routing.group)
  // Who may not see groups knows them by no name: a code says nothing.
  const rule = routing.group !== '' && group === routing.group ? `${routing.rule}-own` : routing.rule
  const lines = [{ text: t([`routing.long.${rule}`, `routing.long.${routing.rule}`], { group, queue: queueTitle(routing.queue) }), met: true }]
  const least = routing.rule === 'queue-group' || routing.rule === 'branch'
  if (least) lines.push({ text: t('routing.openRequests', { count: routing.openRequests }), met: true })
  return [...skipped, ...lines]
}
