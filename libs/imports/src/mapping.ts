import type { Violation } from '@vitrylo/errors'
import type { ColumnMapping } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { plainName } from '@vitrylo/service'
import type { CsvRow } from './csv.ts'
import { plainDate } from './dates.ts'
import type { ImportKind, ImportRow } from './kind.ts'

type Settings = { mapping: readonly ColumnMapping[]; defaults: Readonly<Record<string, string>>; columns: readonly string[] }

/** Columns and their fields; without a mapping the columns that are named as fields. */
export function effectiveMapping({ mapping, columns }: Omit<Settings, 'defaults'>, { fields }: ImportKind): readonly ColumnMapping[] {
  if (mapping.length > 0) return mapping
  const byName = new Map(fields.map((field) => [field.toLowerCase(), field]))
  return columns.flatMap((column) => {
    const field = byName.get(column.toLowerCase())
    return field === undefined ? [] : [{ column, field }]
  })
}

/** Fields that do not exist, whatever the file. */
export function wrongFields({ mapping, defaults }: Omit<Settings, 'columns'>, { fields, files = [], name }: ImportKind): Violation[] {
  const unknown = (field: string): string => files.includes(field) ? `${field} is a file, which no import brings; leave the column out and upload the file in the record` : `${name} has no field ${field}; fields: ${fields.join(', ')}`
  return [
    ...mapping.flatMap(({ field }, index) =>
      fields.includes(field) ? [] : [{ field: `mapping[${index}].field`, rule: 'choice', description: unknown(field) }],
    ),
    ...Object.keys(defaults).flatMap((field) =>
      fields.includes(field) ? [] : [{ field: `defaults.${field}`, rule: 'choice', description: unknown(field) }],
    ),
  ]
}

/** Columns that the file does not have, and a file of which nothing would be read. */
export function wrongColumns(settings: Settings, kind: ImportKind): Violation[] {
  const { mapping, columns } = settings
  const wrong = mapping.flatMap(({ column }, index) =>
    columns.includes(column)
      ? []
      : [{ field: `mapping[${index}].column`, rule: 'choice', description: `the file has no column ${column}; columns: ${columns.join(', ')}` }],
  )
  if (wrong.length > 0 || effectiveMapping(settings, kind).length > 0) return wrong
  return [{ field: 'mapping', rule: 'required', description: 'no column is named as a field; say which column goes where' }]
}

/** Makes the function that turns cells into fields. Several columns of one field are joined by a blank. `zone`: where times without one were written. */
export function rowMapper(settings: Settings, kind: ImportKind, zone: string): (csv: Pick<CsvRow, 'cells' | 'figures'>) => ImportRow {
  const parts = effectiveMapping(settings, kind).map((one) => ({ at: settings.columns.indexOf(one.column), field: one.field, read: readerOf(one, kind, zone) }))
  const defaults = Object.entries(settings.defaults).filter(([, value]) => value.trim() !== '')
  const figured = new Set(kind.figures)
  return ({ cells, figures }) => {
    const row: Record<string, string> = {}
    for (const { at, field, read } of parts) {
      const cell = plainName(field, (figured.has(field) ? figures?.get(at) : undefined) ?? cells[at] ?? '')
      const value = cell === '' || read === undefined ? cell : read(cell)
      if (value !== '') row[field] = row[field] === undefined ? value : `${row[field]} ${value}`
    }
    for (const [field, value] of defaults) row[field] ??= plainName(field, value)
    return row
  }
}

/** How the cells of a column are read that do not stand for themselves: dates by their order, values by what they mean here. Made once for a run. */
function readerOf({ field, dates, values }: ColumnMapping, { days, times, lists }: ImportKind, zone: string): ((cell: string) => string) | undefined {
  const known = new Map(Object.entries(values?.of ?? {}).map(([value, here]) => [value.trim().toLowerCase(), here]))
  const [isDay, isTime, isList] = [days, times, lists].map((names) => names?.includes(field) === true)
  const meant = (text: string): string => known.get(text.trim().toLowerCase()) ?? text
  if (isDay || isTime) return (cell) => plainDate(meant(cell), dates, isTime ? zone : undefined)
  if (known.size === 0) return undefined
  if (isList) return (cell) => known.get(cell.trim().toLowerCase()) ?? cell.split(/[;,|]/).map(meant).filter((one) => one.trim() !== '').join(';')
  return meant
}

/** The column that a field was read from, for messages. */
export function columnOf(settings: Settings, kind: ImportKind): (field: string) => string {
  const columns = new Map<string, string>()
  for (const { column, field } of effectiveMapping(settings, kind)) if (!columns.has(field)) columns.set(field, column)
  return (field) => columns.get(field) ?? ''
}
