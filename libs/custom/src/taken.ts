import type { CustomField } from '@vitrylo/auth'
import { many, sql, type Db } from '@vitrylo/pg'
import { textColumn } from './columns.ts'
import type { CustomValues } from './fields.ts'
import type { CustomPlace } from './indexes.ts'

/** A value of which no two records may have the same, and whose it is to be. `field`: `custom.pass_no`. */
export type UniqueValue = { field: string; value: string; id: string }

/** Those of a record, as PostgreSQL prints them. */
export function uniqueValues(fields: readonly CustomField[], record: { id: string; custom: CustomValues | undefined } | undefined): UniqueValue[] {
  return fields.flatMap(({ name, unique, archived }) => {
    const value: unknown = record?.custom?.[name]
    if (!unique || archived || value === undefined || value === null) return []
    return [{ field: `custom.${name}`, value: typeof value === 'string' ? value : JSON.stringify(value), id: record!.id }]
  })
}

/** The records that have some of these values now. One statement a field. */
export async function holdersOf(db: Db, { table, living = 'true' }: CustomPlace, wanted: readonly UniqueValue[]): Promise<UniqueValue[]> {
  const found: UniqueValue[] = []
  for (const [field, values = []] of Map.groupBy(wanted, (one) => one.field)) {
    const value = textColumn(field.slice('custom.'.length))
    const rows = await many<{ id: string; value: string }>(
      db,
      sql`select id, ${value} as value from ${sql([table])} where ${value} = any(${values.map((one) => one.value)}::text[]) and ${value} is not null and ${sql([living])}`,
    )
    found.push(...rows.map((row) => ({ ...row, field })))
  }
  return found
}
