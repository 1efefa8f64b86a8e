import { fieldsOf, figureOf, isUnclear, readCells, UNCLEAR, type CustomValues } from '@vitrylo/custom'
import type { Violation } from '@vitrylo/errors'
import { choicesOf, dayRefusal, readDay, readTime, timeRefusal, type ImportContext, type ImportRow, type Parsed } from '@vitrylo/imports'
import { isUuid } from '@vitrylo/pg'
import { exact } from '../opportunity/money.ts'

export const FIELDS = [
  'title', 'counterparty', 'pipeline', 'stage', 'state', 'amount', 'currency', 'openTime', 'closeTime', 'expectedCloseDate',
  'owner', 'branch', 'product', 'source', 'externalId', 'lostReason', 'note', 'id', 'number', 'closeDate',
] as const

/** A row as far as it can be judged by itself; names are looked up later. */
export type OpportunityRecord = {
  title: string
  counterparty: string
  pipeline: string
  stage: string
  /** Empty: the row says none; a new one is open. */
  state: '' | 'open' | 'won' | 'lost'
  amount: { amount: string; currency: string } | undefined
  openTime: Date | undefined
  closeTime: Date | undefined
  expectedCloseDate: string
  owner: string
  branch: string
  product: string
  source: string
  externalId: string
  /** By these it can be known; they are nothing that a row could change. */
  id: string
  number: string
  lostReason: string
  note: string
  /** What the row says of custom fields. */
  custom: CustomValues | undefined
}

const STATES = choicesOf(new Map((['open', 'won', 'lost'] as const).map((state) => [state, state])), {
  open: 'відкрита, відкрито, в роботі, нова, new, in progress, открыта, в работе, новая',
  won: 'виграно, виграна, успішна, closed won, выиграна, успешна',
  lost: 'втрачено, втрачена, програно, програна, closed lost, проиграна, потеряна',
})
const LIMITS: Record<string, number> = { number: 40, title: 300, product: 200, source: 100, externalId: 200, lostReason: 100, note: 4000 }

/** Row -> record, or everything that is wrong with it. */
export function parseOpportunity(given: ImportRow, { rights, caller }: Pick<ImportContext, 'rights' | 'caller'>): Parsed<OpportunityRecord> {
  const violations: Violation[] = []
  const wrong = (field: string, rule: string, description: string): undefined => void violations.push({ field, rule, description })
  const row = settled(given)
  const text = (field: string): string => row[field] ?? ''
  if (row.id !== undefined && !isUuid(row.id)) wrong('id', 'foreignId', 'is no id of a record here; take the column as externalId')
  const state = STATES.of(row.state ?? 'open')
  if (state === undefined) wrong('state', 'choice', `must be of ${STATES.words.join(', ')}`)
  if (text('title') === '') wrong('title', 'required', 'say what it is about')
  for (const [field, limit] of Object.entries(LIMITS)) {
    if (text(field).length > limit) wrong(field, 'length', `must have at most ${limit} characters`)
  }
  const record = {
    ...(Object.fromEntries(FIELDS.map((field) => [field, text(field)])) as Record<(typeof FIELDS)[number], string>),
    id: isUuid(text('id')) ? text('id').toLowerCase() : '',
    state: row.state === undefined ? ('' as const) : (state ?? ('open' as const)),
    amount: readMoney(text('amount'), text('currency'), wrong),
    openTime: timeIn('openTime', text('openTime'), wrong),
    closeTime: timeIn('closeTime', text('closeTime'), wrong),
    expectedCloseDate: readDay(text('expectedCloseDate')) ?? '',
    custom: readCells(fieldsOf(rights, 'opportunities'), row, caller.limits()?.kept('opportunities', 'change'), wrong),
  }
  if (row.expectedCloseDate !== undefined && record.expectedCloseDate === '') wrong('expectedCloseDate', ...dayRefusal(row.expectedCloseDate))
  if (state === 'open' && record.closeTime !== undefined) wrong('closeTime', 'openUntil', 'an open opportunity has no day of its end')
  if (record.openTime !== undefined && record.closeTime !== undefined && record.closeTime < record.openTime) {
    wrong('closeTime', 'range', 'must not be before the day of opening')
  }
  return violations.length > 0 ? { violations } : { record }
}

/** What other systems say in one column: a stage `Closed Won` is a state, and a date of closing is the expected one as long as the opportunity is open. */
function settled({ closeDate, ...row }: ImportRow): ImportRow {
  const told = row.state === undefined && row.stage !== undefined ? STATES.of(row.stage) : undefined
  const isEnd = told === 'won' || told === 'lost'
  const state = isEnd ? told : row.state
  if (closeDate === undefined) return isEnd ? { ...row, state: told } : row
  const isOpen = state === undefined || STATES.of(state) === 'open'
  return { ...row, ...(state !== undefined && { state }), ...(isOpen ? { expectedCloseDate: row.expectedCloseDate ?? closeDate } : { closeTime: row.closeTime ?? closeDate }) }
}

/** Whether a stage that no pipeline has says that it is over. */
export const isEndOf = (stage: string): boolean => ['won', 'lost'].includes(STATES.of(stage) ?? '')

type Wrong = (field: string, rule: string, description: string) => undefined

/** `1 200,50` and `1200.50` are the same; what may be a separator of thousands, other than a blank, is refused. */
function readMoney(amount: string, currency: string, wrong: Wrong): OpportunityRecord['amount'] {
  if (amount === '') return undefined
  const read = isUnclear(amount) ? undefined : exact(figureOf(amount))
  if (isUnclear(amount)) wrong('amount', ...UNCLEAR)
  else if (read === undefined) wrong('amount', 'format', 'must be a number like 1200.50')
  if (currency === '') wrong('currency', 'required', 'an amount needs a currency like UAH; it can be given for all rows')
  else if (!/^[A-Z]{3}$/.test(currency)) wrong('currency', 'format', 'must be three capital letters like UAH')
  return { amount: read ?? '', currency }
}

function timeIn(field: string, text: string, wrong: Wrong): Date | undefined {
  return text === '' ? undefined : (readTime(text) ?? wrong(field, ...timeRefusal(text)))
}
