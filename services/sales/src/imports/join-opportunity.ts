import { overlaid } from '@vitrylo/custom'
import { joinCustom, joinOne, joinText, type Rules } from '@vitrylo/imports'
import type { Opportunity } from '@vitrylo/proto/vitrylo/sales/v1/opportunity.ts'
import type { Found } from './look-up.ts'
import type { OpportunityRecord } from './parse-opportunity.ts'

type Known = Exclude<Rules['known'], 'skip'>

/** What a file can change of a known opportunity beside its stage and state. */
export const FACTS = ['title', 'product', 'source', 'note', 'externalId', 'amount', 'expectedCloseDate', 'custom', 'counterpartyId', 'ownerId', 'branchId'] as const

const TARGETS: Record<string, string> = { counterparty: 'counterpartyId', owner: 'ownerId', branch: 'branchId', currency: 'amount', lostReason: 'state', closeTime: 'state' }

/** Fields of an opportunity that fields of a row speak of; `stage` and `state` stand for themselves. */
export const writableOf = (only: ReadonlySet<string> | undefined): ((field: string) => boolean) => {
  if (only === undefined) return () => true
  const fields = new Set([...only].map((field) => TARGETS[field] ?? (field.startsWith('custom.') ? 'custom' : field)))
  return (field) => fields.has(field)
}

/** A known opportunity with what a row says, by the rules; what the row leaves empty stays. */
export function joinOpportunity(current: Opportunity, record: OpportunityRecord, { client, ownerId, branchId }: Found, known: Known, isWritable: (field: string) => boolean): Opportunity {
  const either = (own: string, given: string): string => (known === 'update' ? given || own : own || given)
  const wish: Opportunity = {
    ...current,
    title: joinText(current.title, record.title, known),
    product: joinText(current.product, record.product, known),
    source: either(current.source, record.source),
    note: joinText(current.note, record.note, known, { addsUp: true }),
    externalId: either(current.externalId, record.externalId),
    amount: joinOne(current.amount, record.amount, known),
    expectedCloseDate: either(current.expectedCloseDate, record.expectedCloseDate),
    custom: record.custom === undefined ? current.custom : known === 'update' ? overlaid(current.custom, record.custom) : joinCustom(current.custom, record.custom, known),
    counterpartyId: joinOne(current.counterpartyId, client?.id, known),
    ownerId: joinOne(current.ownerId, ownerId, known),
    branchId: joinOne(current.branchId, branchId, known),
  }
  return { ...current, ...Object.fromEntries(FACTS.filter(isWritable).map((field) => [field, wish[field]])) }
}
