import type { CustomField } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { many, sql, type Db } from '@vitrylo/pg'
import { textColumn } from './columns.ts'
import type { CustomValues } from './fields.ts'
import type { CustomPlace } from './indexes.ts'

type WithCustom = { id: string; custom: CustomValues | undefined }

/**
 * For records that are about to be saved together, as a batch of an import is: what is wrong with values of which no two may have the
 * same, by the record's place. Another record has it, or one before it in the list wants it. One statement a field that is unique.
 */
export async function takenValues(db: Db, fields: readonly CustomField[], { table, living = 'true' }: CustomPlace, records: readonly (WithCustom | undefined)[]): Promise<Violation[][]> {
  const found: Violation[][] = records.map(() => [])
  for (const field of fields) {
    if (!field.unique || field.archived) continue
    const values = records.map((record) => textOf(record?.custom?.[field.name]))
    const asked = values.filter((value) => value !== undefined)
    if (asked.length === 0) continue
    const value = textColumn(field.name)
    const holders = await many<{ id: string; value: string }>(
      db,
      sql`select id, ${value} as value from ${sql([table])} where ${value} = any(${asked}::text[]) and ${value} is not null and ${sql([living])}`,
    )
    const owners = new Map(holders.map(({ id, value: held }) => [held, id]))
    for (const [at, wanted] of values.entries()) {
      if (wanted === undefined) continue
      const { id } = records[at]!
      const owner = owners.get(wanted)
      if (owner === undefined) owners.set(wanted, id)
      else if (owner !== id) found[at]!.push({ field: `custom.${field.name}`, rule: 'unique', description: 'is taken by another record' })
    }
  }
  return found
}

/** As PostgreSQL prints it. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}
