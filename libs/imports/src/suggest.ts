import { createHash } from 'node:crypto'
import type { Caller } from '@vitrylo/auth'
import { exec, isUuid, one, sql, type Tx } from '@vitrylo/pg'
import { ImportDates, ImportSuggestionOrigin, type ColumnMapping, type ImportDateColumn, type ImportSuggestion } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { datesIn } from './dates.ts'
import { ERROR_COLUMNS } from './error-file.ts'
import type { ImportRecord } from './import-sql.ts'
import type { ImportKind, ValuesOf } from './kind.ts'
import type { Head } from './upload.ts'

/** A name of a column without what people write in many ways. */
export const bareHeader = (name: string): string => name.toLowerCase().replace(/['’ʼ`]/g, '').replace(/[^\p{L}\p{N}]/gu, '')

const EVERYBODY = ''

/** A file of errors is a file of the same header. */
function headerOf(columns: readonly string[]): Buffer {
  const tail = columns.slice(-ERROR_COLUMNS.length)
  const own = tail.join() === ERROR_COLUMNS.join() ? columns.slice(0, -ERROR_COLUMNS.length) : columns
  return createHash('sha256').update(JSON.stringify(own.map((name) => name.trim().toLowerCase()))).digest()
}

type Stored = { subject: string; mapping: ColumnMapping[]; defaults: Record<string, string>; rules: ImportSuggestion['rules'] }

/** What fits a file: own settings of before, those that somebody shared, or a guess. */
export async function suggest(tx: Tx, { subject }: Caller, kind: ImportKind, head: Pick<Head, 'columns' | 'sample'>): Promise<ImportSuggestion> {
  const { columns } = head
  const dateColumns = dateColumnsOf(head)
  const { OWN, SHARED, GUESSED } = ImportSuggestionOrigin
  const stored = await one<Stored>(
    tx,
    sql`select subject, mapping, defaults, rules from import_mapping
        where kind = ${kind.name} and header = ${headerOf(columns)} and subject in (${subject}, ${EVERYBODY}) order by subject desc limit 1`,
  )
  if (stored === undefined) return { mapping: withDates(guess(head, kind), dateColumns, kind), defaults: {}, rules: undefined, origin: GUESSED, dateColumns }
  // Spelled as in this file; fields that are gone since are not read.
  const names = new Map(columns.map((name) => [name.trim().toLowerCase(), name]))
  const mapping = stored.mapping.flatMap((one) => {
    const name = names.get(one.column.trim().toLowerCase())
    return name === undefined || !kind.fields.includes(one.field) ? [] : [{ ...one, column: name }]
  })
  // Defaults are somebody's own: also those that a release before this one has shared with everybody.
  const { defaults, rules } = { ...stored, ...(stored.subject === EVERYBODY && { defaults: {} }) }
  return { mapping: withDates(mapping, dateColumns, kind), dateColumns, defaults: Object.fromEntries(Object.entries(defaults).filter(([field]) => kind.fields.includes(field))), rules, origin: stored.subject === EVERYBODY ? SHARED : OWN }
}

/** Remembers what a run uses, for the next file with this header. What is shared has no defaults: they may name people, branches, sources. */
export async function rememberMapping(tx: Tx, { subject }: Caller, row: ImportRecord, now: Date): Promise<void> {
  if (row.mapping.length === 0) return
  const { kind, columns, mapping, defaults, rules } = row
  await exec(
    tx,
    sql`insert into import_mapping (kind, subject, header, mapping, defaults, rules, updated_at)
        select ${kind}, s, ${headerOf(columns)}, ${JSON.stringify(mapping)}::jsonb, case when s = ${EVERYBODY} then '{}'::jsonb else ${JSON.stringify(defaults)}::jsonb end, ${JSON.stringify(rules)}::jsonb, ${now}::timestamptz
        from unnest(${row.share_mapping ? [subject, EVERYBODY] : [subject]}::text[]) s
        on conflict (kind, header, subject) do update
          set mapping = excluded.mapping, defaults = excluded.defaults, rules = excluded.rules, updated_at = excluded.updated_at`,
  )
}

/** Columns of dates of which the order of day and month has to be known. */
export const dateColumnsOf = ({ columns, sample }: Pick<Head, 'columns' | 'sample'>): ImportDateColumn[] =>
  columns.flatMap((column, at) => {
    const found = datesIn(sample[at] ?? [])
    return found === undefined ? [] : [{ column, ...found }]
  })

/** What the values tell of the order, where nobody has said it. */
export function withDates(mapping: readonly ColumnMapping[], dateColumns: readonly ImportDateColumn[], { days = [], times = [] }: ImportKind): ColumnMapping[] {
  const known = new Map(dateColumns.map(({ column, dates }) => [column, dates]))
  const isSaid = ({ field, dates = ImportDates.UNSPECIFIED }: ColumnMapping): boolean => dates !== ImportDates.UNSPECIFIED || !(days.includes(field) || times.includes(field))
  return mapping.map((one) => {
    const dates = isSaid(one) ? undefined : known.get(one.column)
    return dates === undefined || dates === ImportDates.UNSPECIFIED ? one : { ...one, dates }
  })
}

/** Fields by the names of the columns; a second phone goes into the second field for phones. Each field is taken once. */
export function guess({ columns, sample }: Pick<Head, 'columns' | 'sample'>, { fields, headers, guessed }: ImportKind): ColumnMapping[] {
  const own = new Map(fields.map((field) => [bareHeader(field), field]))
  const free = new Set(fields)
  const valuesOf: ValuesOf = (column) => sample[columns.indexOf(column)] ?? []
  const mapping = columns.flatMap((column) => {
    const name = bareHeader(column)
    const bare = name.replace(/(?<!\d)\d+$/, '')
    const named = own.get(name) ?? headers?.get(name) ?? own.get(bare) ?? headers?.get(bare)
    // Ids of another system are no ids of ours.
    const field = named === 'id' && valuesOf(column).some((value) => !isUuid(value)) ? 'externalId' : named
    const taken = field === undefined ? undefined : [field, `${field}2`, `${field}3`].find((one) => free.has(one))
    if (taken === undefined) return []
    free.delete(taken)
    return [{ column, field: taken }]
  })
  return guessed?.(mapping, columns, valuesOf) ?? mapping
}
