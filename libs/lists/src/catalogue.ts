import { readFileSync } from 'node:fs'
import { AppError, invalid, type Violation } from '@vitrylo/errors'
import type { ListDefinition } from './list.ts'
import { readOrder } from './order.ts'
import type { Clock } from './period.ts'
import { resolve } from './resolve.ts'
import { parse, type Expression } from './syntax.ts'
import { isInRecord, type FieldFacts } from './types.ts'

type Facts = Readonly<Record<string, FieldFacts>>

/** What one may know of a list without its table. */
export type ListFacts = {
  fields: Facts
  relations: Readonly<Record<string, { section: string; fields: Facts }>>
  orders: readonly string[]
  defaultOrder: string
}

/** The public part of a definition; the file fields.json is made of these. */
export const factsOf = ({ fields, relations = {}, orders, defaultOrder }: ListDefinition): ListFacts => ({
  fields: publicOf(fields),
  relations: Object.fromEntries(Object.entries(relations).map(([name, { section, fields: inner }]) => [name, { section, fields: publicOf(inner) }])),
  orders: Object.keys(orders),
  defaultOrder,
})

const publicOf = (fields: Facts): Facts =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { type, words, nullable, reference }]) => [name, { type, ...(words && { words }), ...(nullable && { nullable }), ...(reference && { reference }) }]),
  )

let catalogue: Readonly<Record<string, ListFacts>> | undefined

/** Lists of all services by the name in their path. */
export const lists = (): Readonly<Record<string, ListFacts>> =>
  (catalogue ??= JSON.parse(readFileSync(new URL('../fields.json', import.meta.url), 'utf8')) as Record<string, ListFacts>)

/** Fields that administrators have added to the list. */
type CustomFacts = { fields: Facts; orders: readonly string[] }
const NO_CUSTOM: CustomFacts = { fields: {}, orders: [] }

/** What is wrong with a question that is kept for later; the service of the list looks again each time it is asked. */
export function violationsOfQuestion({ resource, filter, orderBy }: { resource: string; filter: string; orderBy: string }, clock: Clock, custom: CustomFacts = NO_CUSTOM): Violation[] {
  const known = lists()
  if (!Object.hasOwn(known, resource)) {
    return [{ field: 'resource', rule: 'choice', description: `must be one of ${Object.keys(known).join(', ')}` }]
  }
  const facts = known[resource]!
  return [
    ...violationsBy(() => resolve(filter, { ...facts, fields: { ...facts.fields, ...custom.fields } }, clock)),
    ...(orderBy === '' ? [] : violationsBy(() => readOrder([...facts.orders, ...custom.orders], orderBy))),
  ]
}

function violationsBy(check: () => unknown): Violation[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof AppError) return error.violations
    throw error
  }
}

/** What is wrong with a condition on the own fields of a record, as `isMet` judges it. */
export function violationsOfCondition({ resource, condition }: { resource: string; condition: string }, custom: Facts): Violation[] {
  const own = Object.entries(lists()[resource]?.fields ?? {}).filter(([name, facts]) => isInRecord(resource, name, facts))
  const fields = { ...Object.fromEntries(own), ...custom }
  const wrong = violationsBy(() => resolve(condition, { fields }, { now: new Date(0), timeZone: 'UTC' }))
  return (wrong.length > 0 ? wrong : violationsBy(() => assertPlain(parse(condition), fields))).map((violation) => ({ ...violation, field: 'visibleWhen' }))
}

/** Refuses what depends on who asks and when: the form would change by itself. */
function assertPlain(expression: Expression | undefined, fields: Facts): void {
  if (expression === undefined || expression.kind === 'related') return
  if (expression.kind === 'not') return assertPlain(expression.part, fields)
  if (expression.kind !== 'compare') return expression.parts.forEach((part) => assertPlain(part, fields))
  const { value: { text, quoted }, valueAt } = expression
  const type = fields[expression.field]?.type
  const depends = !quoted && (text === 'me' || (type === 'date' && !/^(\d{4}-\d\d-\d\d|null|\*)$/.test(text)))
  if (depends) throw invalid([{ field: 'filter', rule: 'format', description: `at letter ${valueAt + 1}: ${text.slice(0, 60)} depends on who asks and when; write the value` }])
}
