import { connectClient } from '@vitrylo/pg'
import type { Credentials, DatabaseName } from './credentials.ts'
import { Refusal } from './refusal.ts'

export const databaseUrl = (port: number, name: DatabaseName, { databases }: Credentials): string =>
  `postgres://${name}:${encodeURIComponent(databases[name])}@127.0.0.1:${port}/${name}`

/** One database and one role per service, none of which can enter another's. */
export async function ensureDatabases(port: number, names: readonly DatabaseName[], credentials: Credentials): Promise<void> {
  const admin = await connectClient(`postgres://postgres:${encodeURIComponent(credentials.postgres)}@127.0.0.1:${port}/postgres`, 'up')
  try {
    const { rows } = await admin.query<{ name: string; kind: string }>(
      `select rolname as name, 'role' as kind from pg_roles union all select datname, 'database' from pg_database`,
    )
    const exists = (kind: string, name: string) => rows.some((row) => row.kind === kind && row.name === name)
    for (const name of names) {
      const password = admin.escapeLiteral(credentials.databases[name])
      await admin.query(`${exists('role', name) ? 'alter' : 'create'} role "${name}" login password ${password}`)
      if (!exists('database', name)) await admin.query(`create database "${name}" owner "${name}"`)
      await admin.query(`revoke all on database "${name}" from public`)
    }
    await admin.query('revoke connect on database postgres from public')
    await admin.query('create extension if not exists pg_trgm')
    const seen = await admin.query<{ ok: boolean }>(`select similarity('Ковальчук', 'Ковалчук') > 0 as ok`)
    if (!seen.rows[0]?.ok) throw new Refusal('This database does not see Cyrillic letters when it searches; it was made with a wrong locale.')
  } finally {
    await admin.end()
  }
}
