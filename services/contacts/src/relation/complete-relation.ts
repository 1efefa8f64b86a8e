import type { Violation } from '@vitrylo/errors'
import type { Relation, RelationKind } from '@vitrylo/proto/vitrylo/contacts/v1/relation.ts'
import { dayViolations, textViolations } from '../counterparty/complete-counterparty.ts'

/** As it is stored: blanks cut; of a symmetric kind either end may be named first. */
export function normalRelation(r: Relation): Relation {
  return { ...r, note: r.note.trim() }
}

export function relationViolations(r: Relation): Violation[] {
  const found = [...dayViolations(r.startDate, 'startDate'), ...dayViolations(r.endDate, 'endDate'), ...textViolations({ note: r.note })]
  if (r.startDate !== '' && r.endDate !== '' && r.endDate < r.startDate) found.push({ field: 'endDate', rule: 'beforeStart', description: 'is before the first day' })
  if (r.fromId === r.toId) found.push({ field: 'toId', rule: 'reference', description: 'is the same counterparty' })
  return found
}

/** Ends that the caller does not see are as if they did not exist. */
export function referenceViolations(r: Relation, kind: RelationKind | undefined, seen: ReadonlySet<string>): Violation[] {
  const found: Violation[] = []
  if (kind === undefined || kind.archived) found.push({ field: 'kindId', rule: 'reference', description: 'no such kind of relation' })
  if (!seen.has(r.fromId)) found.push({ field: 'fromId', rule: 'reference', description: 'no such counterparty' })
  if (!seen.has(r.toId)) found.push({ field: 'toId', rule: 'reference', description: 'no such counterparty' })
  return found
}
