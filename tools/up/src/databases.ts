import { connectClient } from '@vitrylo/pg'
import type { Credentials, DatabaseName } from './credentials.ts'
import type { Postgres } from './postgres.ts'
import { Refusal } from './refusal.ts'

export type Address = Pick<Postgres, 'port' | 'socketDir'>

/** How a service reaches its database of this installation. */
export const databaseUrl = (postgres: Address, name: DatabaseName, { databases }: Credentials): string =>
  urlOf(postgres, name, databases[name], name)

export const adminUrl = (postgres: Address, { postgres: password }: Credentials): string =>
  urlOf(postgres, 'postgres', password, 'postgres')

function urlOf({ port, socketDir }: Address, role: string, password: string, database: string): string {
  const url = `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
  return socketDir === undefined ? url : `${url}?host=${encodeURIComponent(socketDir)}`
}

/** One database and one role per service, none of which can enter another's. */
export async function ensureDatabases(postgres: Address, names: readonly DatabaseName[], credentials: Credentials): Promise<void> {
  const admin = await connectClient(adminUrl(postgres, credentials), 'up')
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
