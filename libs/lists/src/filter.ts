import { sql, type Sql } from '@vitrylo/pg'
import type { Asker, FilterField, Relation } from './fields.ts'
import type { Period } from './period.ts'
import { resolve, type Condition, type Test } from './resolve.ts'
import { shownTable, type FilterTable } from './shown.ts'
import type { FieldType } from './types.ts'

type Known = Condition<FilterField, Relation>

/** `state="open" AND (ownerId=me OR amount>1000)` -> a boolean SQL expression, for a `where`: it may be null for false. */
export function parseFilter(text: string, table: FilterTable, asker: Asker): Sql {
  const condition = resolve<FilterField, Relation>(text, shownTable(table, asker.caller), asker)
  return condition === undefined ? sql`true` : compiled(condition, asker)
}

/**
 * Nothing that the asker wrote becomes text of the statement: columns and operators are pieces of this table, values are
 * parameters. NOT stands at single conditions only, so the rest can do without minding what is neither true nor false.
 */
function compiled(c: Known, asker: Asker): Sql {
  if (c.kind === 'test') return testOf(c, asker)
  if (c.kind === 'related') {
    const exists = c.relation.exists(asker, c.where === undefined ? sql`true` : compiled(c.where, asker))
    return c.negated ? sql`not ${exists}` : exists
  }
  return sql`(${sql.join(c.parts.map((part) => compiled(part, asker)), c.kind === 'and' ? ' and ' : ' or ')})`
}

function testOf(t: Test<FilterField>, asker: Asker): Sql {
  const { reached } = t.field
  if (reached === undefined) return plainTest(t, asker)
  return inverse(sql`(${plainTest({ ...t, negated: false }, asker)} and ${reached(asker)})`, t.negated, true)
}

function plainTest(t: Test<FilterField>, asker: Asker): Sql {
  const { field: { column, type, nullable = false }, operator, operand, negated } = t
  if (operator === 'present') return presence(column, type, negated)
  if (operand.kind === 'period') return inverse(periodTest(column, type, operator, operand.period), negated, nullable)
  if (operand.kind === 'money') return moneyTest(t, operand)
  // Nothing belongs to an asker who is no employee.
  if (operand.kind === 'me' && asker.caller.employeeId === undefined) return negated ? sql`true` : sql`false`
  const given = operand.kind === 'me' ? asker.caller.employeeId : operand.kind === 'text' ? operand.text : null
  const value = sql`${operator === ':' && type === 'text' ? `%${String(given).replace(/[%_\\]/g, '\\$&')}%` : given}${CASTS[type]}`
  if (type === 'array') return inverse(sql`${column} @> array[${value}]`, negated, nullable)
  // The database may be set up to know no letters but English ones; this collation knows all.
  if (operator === ':') {
    const indexed = negated ? undefined : t.field.contains?.(String(given))
    const holds = inverse(sql`${column} collate "und-x-icu" ilike ${value}`, negated, nullable)
    return indexed === undefined ? holds : sql`(${indexed} and ${holds})`
  }
  if (operator !== '=') return ordered(column, operator, value, negated, nullable)
  if (!negated) return sql`${column} = ${value}`
  return nullable ? sql`${column} is distinct from ${value}` : sql`${column} <> ${value}`
}

const CASTS: Record<FieldType, Sql> = {
  text: sql`::text`, word: sql`::text`, array: sql`::text`, uuid: sql`::uuid`, time: sql`::timestamptz`,
  date: sql`::date`, number: sql`::numeric`, money: sql`::numeric`, boolean: sql`::boolean`,
}

const COMPARISONS = { '<': sql`<`, '<=': sql`<=`, '>': sql`>`, '>=': sql`>=` }
const OPPOSITES = { '<': sql`>=`, '<=': sql`>`, '>': sql`<=`, '>=': sql`<` }
type Order = keyof typeof COMPARISONS

function presence(column: Sql, type: FieldType, negated: boolean): Sql {
  if (type === 'text') return negated ? sql`(${column} <> '') is not true` : sql`${column} <> ''`
  if (type === 'array') return negated ? sql`(cardinality(${column}) > 0) is not true` : sql`cardinality(${column}) > 0`
  return negated ? sql`${column} is null` : sql`${column} is not null`
}

/** What is neither so nor otherwise, because there is no value, is not so. */
const inverse = (condition: Sql, negated: boolean, nullable: boolean): Sql =>
  !negated ? condition : nullable ? sql`(${condition}) is not true` : sql`not (${condition})`

function ordered(column: Sql, operator: Test<FilterField>['operator'], value: Sql, negated: boolean, nullable: boolean): Sql {
  if (!negated) return sql`${column} ${COMPARISONS[operator as Order]} ${value}`
  const opposite = sql`${column} ${OPPOSITES[operator as Order]} ${value}`
  return nullable ? sql`(${opposite} or ${column} is null)` : opposite
}

/** A day or a month is a stretch: `=` lies in it, `<` before it, `>` after it. A moment is one of no length. */
function periodTest(column: Sql, type: FieldType, operator: Test<FilterField>['operator'], { from, to, days }: Period): Sql {
  const low = type === 'date' ? sql`${days!.from}::date` : sql`${from}::timestamptz`
  const high = type === 'date' ? sql`${days!.to}::date` : sql`${to}::timestamptz`
  const isMoment = days === undefined
  if (operator === '=') return isMoment ? sql`${column} = ${low}` : sql`(${column} >= ${low} and ${column} < ${high})`
  if (operator === '<') return sql`${column} < ${low}`
  if (operator === '>=') return sql`${column} >= ${low}`
  if (operator === '<=') return isMoment ? sql`${column} <= ${low}` : sql`${column} < ${high}`
  return isMoment ? sql`${column} > ${low}` : sql`${column} >= ${high}`
}

/** Without a currency the figure alone is compared; with one, only sums in it. */
function moneyTest({ field, operator, negated }: Test<FilterField>, { amount, currency }: { amount: string; currency: string | undefined }): Sql {
  const { column, nullable = false } = field
  const value = sql`${amount}::numeric`
  const figure = operator === '=' ? sql`${column} = ${value}` : sql`${column} ${COMPARISONS[operator as Order]} ${value}`
  if (currency === undefined) return inverse(figure, negated, nullable)
  return inverse(sql`(${figure} and ${field.currency!} = ${currency}::text)`, negated, nullable)
}
