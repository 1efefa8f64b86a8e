import { print } from '@vitrylo/lists/print.ts'
import { parse, type Expression, type Literal, type Operator } from '@vitrylo/lists/syntax.ts'

export type Condition = { kind: 'condition'; not: boolean; field: string; operator: Operator; value: Literal }
/** `opportunities.any(…)` */
export type Related = { kind: 'related'; not: boolean; name: string; where: Group }
export type Group = { kind: 'group'; not: boolean; join: 'and' | 'or'; items: Item[] }
/** What the builder has no form for stays as it was written. */
export type Written = { kind: 'written'; text: string }
export type Item = Condition | Related | Group | Written

const place = { at: 0, valueAt: 0 }

export const emptyGroup = (): Group => ({ kind: 'group', not: false, join: 'and', items: [] })

/** A filter as the builder shows it; undefined for a text that cannot be read. */
export function fromText(text: string): Group | undefined {
  try {
    const expression = parse(text)
    if (expression === undefined) return emptyGroup()
    return asGroup(itemOf(expression, false))
  } catch {
    return undefined
  }
}

const asGroup = (item: Item): Group => (item.kind === 'group' && !item.not ? item : { ...emptyGroup(), items: [item] })

function itemOf(e: Expression, not: boolean): Item {
  if (e.kind === 'compare') return { kind: 'condition', not, field: e.field, operator: e.operator, value: e.value }
  if (e.kind === 'related') return { kind: 'related', not, name: e.name, where: e.where === undefined ? emptyGroup() : asGroup(itemOf(e.where, false)) }
  if (e.kind === 'not') return not ? { kind: 'written', text: print({ kind: 'not', part: e }) } : itemOf(e.part, true)
  return { kind: 'group', not, join: e.kind, items: e.parts.map((part) => itemOf(part, false)) }
}

/** The filter that the builder shows; throws where a written part cannot be read. */
export const toText = (group: Group): string => print(expressionOf(group))

/** Any part as text; empty while it cannot be written. */
export function writtenOf(item: Item): string {
  if (item.kind === 'written') return item.text
  return print(expressionOf(item))
}

function expressionOf(item: Item): Expression | undefined {
  if (item.kind === 'written') return parse(item.text)
  const bare = bareOf(item)
  return bare !== undefined && item.not ? { kind: 'not', part: bare } : bare
}

function bareOf(item: Exclude<Item, Written>): Expression | undefined {
  if (item.kind === 'condition') return { ...place, kind: 'compare', field: item.field, operator: item.operator, value: item.value }
  if (item.kind === 'related') return { ...place, kind: 'related', name: item.name, where: expressionOf(item.where) }
  const parts = item.items.map(expressionOf).filter((part) => part !== undefined)
  return parts.length > 1 ? { kind: item.join, parts } : parts[0]
}

/** Every condition has its value: an empty one is still being written. */
export function isWhole(item: Item): boolean {
  if (item.kind === 'condition') return item.value.quoted || item.value.text !== ''
  if (item.kind === 'related') return isWhole(item.where)
  if (item.kind === 'group') return item.items.every(isWhole)
  try {
    return parse(item.text) !== undefined
  } catch {
    return false
  }
}

/** How many conditions a filter has, for its chip. */
export function countOf(text: string): number {
  const count = (item: Item): number => (item.kind === 'group' ? item.items.reduce((sum, one) => sum + count(one), 0) : 1)
  const group = fromText(text)
  return group === undefined ? 1 : count(group)
}

const isNull = ({ value: { text, quoted } }: Condition): boolean => text === 'null' && !quoted
const isAny = ({ operator, value: { text, quoted } }: Condition): boolean => operator === ':' && text === '*' && !quoted

/** The operator as the builder names it: `!:` does not contain, `*` there is one, `!*` there is none. */
export function choiceOf(condition: Condition): string {
  const { not, operator } = condition
  if (isAny(condition)) return not ? '!*' : '*'
  if (isNull(condition)) return (operator === '=') !== not ? '!*' : '*'
  if (operator === '=' || operator === '!=') return (operator === '=') !== not ? '=' : '!='
  return not ? `!${operator}` : operator
}

/** The condition with another operator; the value stays if it makes sense there. */
export function withChoice(condition: Condition, choice: string): Condition {
  if (choice === '*' || choice === '!*') return { ...condition, not: choice === '!*', operator: ':', value: { text: '*', quoted: false } }
  const value = isNull(condition) || isAny(condition) ? { text: '', quoted: false } : condition.value
  if (choice === '!=') return { ...condition, not: false, operator: '!=', value }
  const not = choice.startsWith('!')
  return { ...condition, not, operator: (not ? choice.slice(1) : choice) as Operator, value }
}

/** Both filters at once. */
export const both = (...filters: readonly string[]): string => {
  const given = filters.filter((filter) => filter.trim() !== '')
  return given.length > 1 ? given.map((filter) => `(${filter})`).join(' AND ') : (given[0] ?? '')
}
