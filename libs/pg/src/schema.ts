import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClientBase } from 'pg'

/** A folder of numbered .sql files and the table that remembers which of them have run. */
export type MigrationSet = { dir: string | URL; table: string }

/** `<table>: <name>` of migrations. */
export type SchemaGap = {
  /** Known to the code, not yet run: the schema is older than the code. */
  missing: string[]
  /** Have run, unknown to the code, and break it: the schema is too new for the code. */
  breaking: string[]
}

/** Line of a migration with which older code cannot live; the others are for releases N and N-1 at once. */
const BREAKS = /^-- breaks older code$/m

export const folderOf = ({ dir }: MigrationSet): string => (dir instanceof URL ? fileURLToPath(dir) : dir)

/** Compares the schema with the code. */
export async function schemaGap(client: ClientBase, sets: readonly MigrationSet[]): Promise<SchemaGap> {
  const tables = await presentTables(client, [...sets.map(({ table }) => table), 'breaking_migration'])
  const gap: SchemaGap = { missing: [], breaking: [] }
  for (const set of sets) {
    const { table } = set
    const known = await namesIn(set)
    const ran = tables.has(table) ? await namesFrom(client, `select name from "${table}"`) : new Set()
    gap.missing.push(...known.filter((name) => !ran.has(name)).map((name) => `${table}: ${name}`))
    if (!tables.has('breaking_migration')) continue
    const breaking = await namesFrom(client, 'select name from breaking_migration where set_table = $1', [table])
    gap.breaking.push(...[...breaking].filter((name) => !known.includes(name)).map((name) => `${table}: ${name}`))
  }
  return gap
}

/** Remembers which of the migrations older code must not meet. */
export async function noteBreaking(client: ClientBase, set: MigrationSet): Promise<void> {
  for (const name of await namesIn(set)) {
    if (!BREAKS.test(await readFile(join(folderOf(set), `${name}.sql`), 'utf8'))) continue
    await client.query('create table if not exists breaking_migration (set_table text, name text, primary key (set_table, name))')
    await client.query('insert into breaking_migration values ($1, $2) on conflict do nothing', [set.table, name])
  }
}

async function presentTables(client: ClientBase, tables: string[]): Promise<Set<string>> {
  return namesFrom(client, 'select t as name from unnest($1::text[]) as t where to_regclass(quote_ident(t)) is not null', [tables])
}

async function namesFrom(client: ClientBase, text: string, values: unknown[] = []): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(text, values)
  return new Set(rows.map(({ name }) => name))
}

async function namesIn(set: MigrationSet): Promise<string[]> {
  const files = (await readdir(folderOf(set))).filter((file) => file.endsWith('.sql'))
  return files.map((file) => file.slice(0, -'.sql'.length)).sort()
}
