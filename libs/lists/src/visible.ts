import { parse, type Comparison, type Expression } from './syntax.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * Whether a record as JSON meets a condition on its own fields. Plain values only: no days that depend on the clock, no
 * related records. The service and the form in the browser ask the same function.
 */
export function isMet(condition: string, record: Json): boolean {
  const expression = parse(condition)
  return expression === undefined || holds(expression, record)
}

function holds(e: Expression, record: Json): boolean {
  if (e.kind === 'not') return !holds(e.part, record)
  if (e.kind === 'and') return e.parts.every((part) => holds(part, record))
  if (e.kind === 'or') return e.parts.some((part) => holds(part, record))
  return e.kind === 'compare' && compares(e, at(record, e.field))
}

const at = (record: Json, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined), record)

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null

const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

function compares({ operator, value: { text, quoted } }: Comparison, given: unknown): boolean {
  const value = isFile(given) ? given.name : given
  if (!quoted && text === '*' && operator === ':') return !isAbsent(value)
  if (!quoted && text === 'null') return isAbsent(value) === (operator === '=')
  if (operator === '!=') return !isEqual(value, text)
  if (operator === '=') return isEqual(value, text)
  if (isAbsent(value)) return false
  if (operator === ':') return Array.isArray(value) ? value.includes(text) : String(value).toLowerCase().includes(text.toLowerCase())
  const sign = orderOf(value, text)
  return operator === '<' ? sign < 0 : operator === '<=' ? sign <= 0 : operator === '>' ? sign > 0 : sign >= 0
}

function isEqual(value: unknown, text: string): boolean {
  if (Array.isArray(value)) return value.includes(text)
  if (typeof value === 'number' || isSum(value)) return orderOf(value, text) === 0
  // What is absent and what is not ticked look the same to whoever fills in a form.
  if (text === 'false') return isAbsent(value) || value === false
  return !isAbsent(value) && String(value) === text
}

/** A file is asked for by its name, as in filters. */
const isFile = (value: unknown): value is { name: string } => isRecord(value) && typeof value.id === 'string' && typeof value.name === 'string'

const isSum = (value: unknown): value is { amount: string } => isRecord(value) && typeof value.amount === 'string'

/** Below, at or above; NaN when they cannot be compared. Days compare as their texts do. */
function orderOf(value: unknown, text: string): number {
  if (typeof value === 'string') return value < text ? -1 : value > text ? 1 : 0
  return Number(isSum(value) ? value.amount : value) - Number(text.split(' ')[0])
}
