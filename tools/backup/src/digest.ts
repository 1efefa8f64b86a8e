import { createHash } from 'node:crypto'
import { connectClient, withDatabase } from '@vitrylo/pg'

/** Rows and digest of every table of every database, by `database.table`. */
export async function digestOf(admin: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>()
  for (const database of await databasesOf(admin)) {
    const client = await connectClient(withDatabase(admin, database), 'digest')
    try {
      const { rows } = await client.query<{ schema: string; name: string }>(
        `select schemaname as schema, tablename as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2`,
      )
      for (const { schema, name } of rows) {
        const table = `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`
        const content = await client.query<{ row: string }>(`select t::text as row from ${table} t order by 1`)
        const hash = createHash('sha256')
        for (const { row } of content.rows) hash.update(`${row}\n`)
        digests.set(`${database}.${schema}.${name}`, `${content.rowCount} rows, ${hash.digest('hex').slice(0, 16)}`)
      }
    } finally {
      await client.end()
    }
  }
  return digests
}

/** Addresses of all databases of a server. */
export const databaseUrls = async (admin: string): Promise<string[]> => (await databasesOf(admin)).map((name) => withDatabase(admin, name))

async function databasesOf(admin: string): Promise<string[]> {
  const client = await connectClient(admin, 'digest')
  try {
    const { rows } = await client.query<{ name: string }>(`select datname as name from pg_database where not datistemplate order by 1`)
    return rows.map(({ name }) => name)
  } finally {
    await client.end()
  }
}
