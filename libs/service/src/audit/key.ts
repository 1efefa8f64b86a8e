import { one, sql, type Db, type Pool } from '@vitrylo/pg'

/**
 * The key of this service's hashes. It lives in the service's own database, beside the records: who has the audit log of
 * directory alone can guess nothing, and there is no further secret to keep. `db`: a transaction that must not wait for a second connection.
 */
export async function auditKeyOf(pool: Pool, db: Db = pool): Promise<Buffer> {
  const known = keys.get(pool)
  if (known !== undefined) return known
  const row = await one<{ key: Buffer }>(db, sql`select key from audit_key`)
  keys.set(pool, row!.key)
  return row!.key
}

// It never changes.
const keys = new WeakMap<Pool, Buffer>()
