import { invalid, type AppError } from '@vitrylo/errors'
import { isUuid } from '@vitrylo/pg'
import { moment, relativePeriod, writtenDay, type Clock, type Period } from './period.ts'
import { FilterSyntaxError, parse, type Comparison, type Expression, type Operator, type RelatedCondition } from './syntax.ts'
import { mayBeAbsent, OPERATORS_OF, type FieldFacts } from './types.ts'

/** The fields that a filter may name: of a list with its columns, or of the catalogue without. */
export type Table<F extends FieldFacts, R extends { fields: Readonly<Record<string, F>> }> = {
  fields: Readonly<Record<string, F>>
  relations?: Readonly<Record<string, R>>
}

export type Operand =
  | { kind: 'nothing' }
  | { kind: 'text'; text: string }
  | { kind: 'period'; period: Period }
  | { kind: 'money'; amount: string; currency: string | undefined }
  | { kind: 'me' }

/** `present` is `:*`. Inequality and NOT are both `negated`: a condition that does not hold, also for want of a value. */
export type Test<F> = { kind: 'test'; field: F; operator: Exclude<Operator, '!='> | 'present'; operand: Operand; negated: boolean }

/** A filter whose every field, operator and value is known to be good, with NOT moved down to the single conditions. */
export type Condition<F, R> =
  | { kind: 'and' | 'or'; parts: Condition<F, R>[] }
  | Test<F>
  | { kind: 'related'; relation: R; where: Condition<F, R> | undefined; negated: boolean }

/** Reads a filter by the table; refuses with the place, the field and what would be allowed. */
export function resolve<F extends FieldFacts, R extends { fields: Readonly<Record<string, F>> }>(
  text: string,
  table: Table<F, R>,
  clock: Clock,
): Condition<F, R> | undefined {
  const expression = read(text)
  return expression && resolved(expression, { table, clock, inside: '' }, false)
}

function read(text: string): Expression | undefined {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof FilterSyntaxError) throw refused(error.rule, error.at, error.message)
    throw error
  }
}

type Context<F extends FieldFacts, R extends { fields: Readonly<Record<string, F>> }> = { table: Table<F, R>; clock: Clock; inside: string }

function resolved<F extends FieldFacts, R extends { fields: Readonly<Record<string, F>> }>(
  e: Expression,
  context: Context<F, R>,
  negated: boolean,
): Condition<F, R> {
  if (e.kind === 'not') return resolved(e.part, context, !negated)
  if (e.kind === 'compare') return test(e, context, negated)
  if (e.kind === 'related') return related(e, context, negated)
  const kind = (e.kind === 'and') === negated ? 'or' : 'and'
  return { kind, parts: e.parts.map((part) => resolved(part, context, negated)) }
}

function related<F extends FieldFacts, R extends { fields: Readonly<Record<string, F>> }>(
  { name, where, at }: RelatedCondition,
  { table: { relations = {} }, clock, inside }: Context<F, R>,
  negated: boolean,
): Condition<F, R> {
  const relation = Object.hasOwn(relations, name) ? relations[name] : undefined
  if (relation === undefined) {
    const known = inside === '' ? Object.keys(relations).join(', ') || 'none here' : `none inside ${inside}`
    throw refused('unknown', at, `no relation ${short(name)}; relations: ${known}`)
  }
  const table = { fields: relation.fields }
  return { kind: 'related', relation, where: where && resolved(where, { table, clock, inside: name }, false), negated }
}

function test<F extends FieldFacts, R extends { fields: Readonly<Record<string, F>> }>(
  comparison: Comparison,
  { table, clock, inside }: Context<F, R>,
  negated: boolean,
): Test<F> {
  const { field: name, operator, value, at, valueAt } = comparison
  const field = Object.hasOwn(table.fields, name) ? table.fields[name] : undefined
  if (field === undefined) {
    const of = inside === '' ? '' : ` of ${inside}`
    throw refused('unknown', at, `no field ${short(name)}${of}; fields: ${Object.keys(table.fields).join(', ')}`)
  }
  if (field.closed !== undefined) throw refused('closed', at, `${name} ${field.closed}`)
  if (!value.quoted && value.text === '*' && operator === ':') return presence(field, name, at, negated)
  if (!value.quoted && value.text === 'null' && (operator === '=' || operator === '!=')) return presence(field, name, at, negated !== (operator === '='))
  if (!OPERATORS_OF[field.type].includes(operator)) {
    throw refused('operator', at, `${operator} cannot be used with ${name}; operators: ${OPERATORS_OF[field.type].join(' ')}`)
  }
  const operand = operandOf(name, field, comparison, clock)
  if (typeof operand === 'string') throw refused(field.words === undefined ? 'format' : 'choice', valueAt, operand)
  return { kind: 'test', field, operator: operator === '!=' ? '=' : operator, operand, negated: negated !== (operator === '!=') }
}

function presence<F extends FieldFacts>(field: F, name: string, at: number, negated: boolean): Test<F> {
  if (!mayBeAbsent(field)) throw refused('operator', at, `${name} is never absent; compare it with a value`)
  return { kind: 'test', field, operator: 'present', operand: { kind: 'nothing' }, negated }
}

const DAY = /^\d{4}-\d\d-\d\d$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/
const MONEY = /^(-?\d{1,15}(?:\.\d{1,6})?)(?: ?([A-Z]{3}))?$/
const NUMBER = /^-?\d{1,15}(\.\d{1,6})?$/

/** The value as the field understands it, or why it does not. */
function operandOf(name: string, field: FieldFacts, { value }: Comparison, clock: Clock): Operand | string {
  const { text, quoted } = value
  const { type, words, reference } = field
  const wrong = (awaited: string) => `${name}: "${short(text)}" is no ${awaited}`
  if (words !== undefined && !words.includes(text)) return `${name} must be one of ${words.join(', ')}`
  if (text.includes('\0')) return wrong('text: it holds a zero byte')
  if (type === 'uuid' && reference === 'employees' && text === 'me' && !quoted) return { kind: 'me' }
  if (type === 'uuid') return isUuid(text) ? { kind: 'text', text } : wrong(reference === 'employees' ? 'id; ids are uuids, or me' : 'id; ids are uuids')
  if (type === 'boolean') return text === 'true' || text === 'false' ? { kind: 'text', text } : wrong('yes or no; write true or false')
  if (type === 'number') return NUMBER.test(text) ? { kind: 'text', text } : wrong('number')
  if (type === 'money') {
    const money = MONEY.exec(text)
    return money === null ? wrong('sum; write 1000 or "1000 UAH"') : { kind: 'money', amount: money[1]!, currency: money[2] }
  }
  if (type === 'time' || type === 'date') {
    const period = periodOf(text, quoted, type, clock)
    return period === undefined ? wrong(`${type}; write 2026-11-21, ${type === 'time' ? '2026-11-21T10:00:00Z, ' : ''}today, -30d or thisMonth`) : { kind: 'period', period }
  }
  return { kind: 'text', text }
}

function periodOf(text: string, quoted: boolean, type: 'time' | 'date', clock: Clock): Period | undefined {
  if (DAY.test(text)) return writtenDay(text, clock.timeZone)
  if (type === 'time' && TIME.test(text)) {
    const at = new Date(text)
    return Number.isNaN(at.getTime()) ? undefined : moment(at)
  }
  const period = quoted ? undefined : relativePeriod(text, clock)
  return type === 'date' && period?.days === undefined ? undefined : period
}

const short = (text: string): string => text.slice(0, 60)

const refused = (rule: string, at: number, why: string): AppError =>
  invalid([{ field: 'filter', rule, description: `at letter ${at + 1}: ${why}` }])
