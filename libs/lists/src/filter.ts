import { invalid, type AppError } from '@vitrylo/errors'
import { sql, type Sql } from '@vitrylo/pg'

/** What a field of a filter is compared as. `array`: a column of several words, any of which may be meant. */
export type FieldType = 'text' | 'word' | 'uuid' | 'time' | 'date' | 'number' | 'boolean' | 'array'

export type FilterField = {
  column: Sql
  type: FieldType
  /** The words of a `word` or `array` field; another one is refused. */
  words?: readonly string[]
}

export type FilterFields = Readonly<Record<string, FilterField>>

const CONDITION = /\s*([A-Za-z][A-Za-z0-9.]*)\s*(!=|<=|>=|=|<|>|:)\s*("(?:[^"\\]|\\.)*"|[^\s"()]+)\s*/y
const AND = /AND\s+/y
const ORDERED: readonly FieldType[] = ['time', 'date', 'number']

const CASTS: Record<FieldType, Sql> = {
  text: sql`::text`, word: sql`::text`, array: sql`::text`, uuid: sql`::uuid`, time: sql`::timestamptz`,
  date: sql`::date`, number: sql`::numeric`, boolean: sql`::boolean`,
}

const SHAPES: Partial<Record<FieldType, RegExp>> = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  time: /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/,
  date: /^\d{4}-\d\d-\d\d$/,
  number: /^-?\d{1,15}(\.\d{1,6})?$/,
  boolean: /^(true|false)$/,
}

/** `state="open" AND ownerId="…"` -> a boolean SQL expression. Values travel as parameters, names by the allow-list. */
export function parseFilter(text: string, fields: FilterFields): Sql {
  if (text.trim() === '') return sql`true`
  const conditions: Sql[] = []
  let at = 0
  for (;;) {
    CONDITION.lastIndex = at
    const match = CONDITION.exec(text)
    if (match === null) throw refused('format', `cannot be read at letter ${at + 1}; write: field="value" AND field>=value`)
    conditions.push(condition(match[1]!, match[2]!, unquote(match[3]!), fields))
    at = CONDITION.lastIndex
    if (at >= text.length) return sql.join(conditions, ' and ')
    AND.lastIndex = at
    if (!AND.test(text)) throw refused('format', `cannot be read at letter ${at + 1}: AND is awaited between conditions`)
    at = AND.lastIndex
  }
}

const unquote = (value: string): string => (value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value)

function condition(name: string, operator: string, value: string, fields: FilterFields): Sql {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (field === undefined) throw refused('unknown', `no field ${name.slice(0, 60)}; fields: ${Object.keys(fields).join(', ')}`)
  const { column, type, words } = field
  if (words !== undefined && !words.includes(value)) throw refused('choice', `${name} must be one of ${words.join(', ')}`)
  if (SHAPES[type]?.test(value) === false || (type === 'time' && Number.isNaN(Date.parse(value)))) {
    throw refused('format', `${name}: "${value.slice(0, 60)}" is no ${type}`)
  }
  const given = sql`${value}${CASTS[type]}`
  if (type === 'array') {
    if (operator === '=' || operator === ':') return sql`${column} @> array[${given}]`
    if (operator === '!=') return sql`not ${column} @> array[${given}]`
  } else if (operator === '=') return sql`${column} = ${given}`
  else if (operator === '!=') return sql`${column} is distinct from ${given}`
  else if (operator !== ':' && ORDERED.includes(type)) return sql`${column} ${COMPARISONS[operator]!} ${given}`
  throw refused('operator', `${operator} cannot be used with ${name}`)
}

const COMPARISONS: Record<string, Sql> = { '<': sql`<`, '<=': sql`<=`, '>': sql`>`, '>=': sql`>=` }

const refused = (rule: string, description: string): AppError => invalid([{ field: 'filter', rule, description }])
