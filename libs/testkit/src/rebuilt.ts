import { rebuild, type Log, type Projection } from '@vitrylo/events'
import { many, sql, type Pool } from '@vitrylo/pg'
import type { TestService } from './service.ts'

const log: Log = { debug() {}, info() {}, warn() {}, error() {} }

type Trial = { group: string; projection: Projection; tables: readonly string[]; spoil: string }

/** Digests of a projection: as it is, made anew from the log, with what `spoil` did to it, and made anew once more. */
export async function digestsOfRebuild({ pool, bus }: TestService, { group, projection, tables, spoil }: Trial) {
  const again = async () => {
    const { deadLetters } = await rebuild({ pool, bus, group, projection, log })
    if (deadLetters > 0) throw new Error(`${deadLetters} events could not be applied`)
    return digestOf(pool, tables)
  }
  const before = await digestOf(pool, tables)
  const rebuilt = await again()
  await pool.query(spoil)
  return { before, rebuilt, spoiled: await digestOf(pool, tables), mended: await again() }
}

/** One line a table: how many rows, and a hash of them all. */
async function digestOf(pool: Pool, tables: readonly string[]): Promise<string[]> {
  const digest = async (table: string): Promise<string> => {
    const name = sql([table]) // a constant of a test, never input
    const [row] = await many<{ digest: string }>(
      pool,
      sql`select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as digest from ${name} t`,
    )
    return `${table}: ${row!.digest}`
  }
  return Promise.all(tables.map(digest))
}
