import type { Asker, FilterField, Relation } from './fields.ts'
import { resolve, type Condition } from './resolve.ts'
import { shownTable, type FilterTable } from './shown.ts'

/** Fields that a filter names, and those that every row it lets through is bound by: `=`, `>`, `>=` or `:` outside of any OR and NOT. */
export type Asked = { named: ReadonlySet<string>; bound: ReadonlySet<string>; /** Of these, those by `=`. */ equal: ReadonlySet<string> }

/** For a list that is too long to be searched without an index. */
export function askedBy(text: string, table: FilterTable, asker: Asker): Asked {
  const [named, bound, equal] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const names = new Map(Object.entries(table.fields).map(([name, { column }]) => [column, name]))
  const look = (c: Condition<FilterField, Relation>, always: boolean): void => {
    if (c.kind === 'related') return
    if (c.kind !== 'test') return c.parts.forEach((part) => look(part, always && c.kind === 'and'))
    const name = names.get(c.field.column)
    if (name === undefined) return
    named.add(name)
    if (always && !c.negated && ['=', '>', '>=', ':'].includes(c.operator)) bound.add(name)
    if (always && !c.negated && c.operator === '=') equal.add(name)
  }
  const condition = resolve<FilterField, Relation>(text, shownTable(table, asker.caller), asker)
  if (condition !== undefined) look(condition, true)
  return { named, bound, equal }
}
