import { readFileSync } from 'node:fs'
import { AppError, type Violation } from '@vitrylo/errors'
import type { ListDefinition } from './list.ts'
import { readOrder } from './order.ts'
import type { Clock } from './period.ts'
import { resolve } from './resolve.ts'
import type { FieldFacts } from './types.ts'

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

/** What is wrong with a question that is kept for later; the service of the list looks again each time it is asked. */
export function violationsOfQuestion({ resource, filter, orderBy }: { resource: string; filter: string; orderBy: string }, clock: Clock): Violation[] {
  const known = lists()
  if (!Object.hasOwn(known, resource)) {
    return [{ field: 'resource', rule: 'choice', description: `must be one of ${Object.keys(known).join(', ')}` }]
  }
  const facts = known[resource]!
  return [
    ...violationsBy(() => resolve(filter, facts, clock)),
    ...(orderBy === '' ? [] : violationsBy(() => readOrder(facts.orders, orderBy))),
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
