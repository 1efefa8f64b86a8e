import { connectClient } from './client.ts'
import { folderOf, noteBreaking, schemaGap, type MigrationSet, type SchemaGap } from './schema.ts'

/**
 * A change of a table that waits for somebody (a dump, a long statement, an index being made) holds up everybody who comes behind it.
 * So it gives up with 55P03, and the caller tries again. More than the second after which autovacuum is sent away for it.
 */
const LOCK_TIMEOUT_MS = 1_200

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * Brings a database forward, each set in the order given. Several processes may call it at once: the later ones wait
 * on an advisory lock and then find nothing to do. Fails with 55P03 while a table is in use for long: call it again.
 */
export async function migrate(url: string, sets: readonly MigrationSet[]): Promise<void> {
  const dbClient = await connectClient(url, 'migrate')
  try {
    if ((await schemaGap(dbClient, sets)).missing.length === 0) return
    // Loaded when there is something to do: a start on a migrated database does without.
    const { PG_MIGRATE_LOCK_ID, runner } = await import('node-pg-migrate')
    // The runner's own lock, taken here: for this one we wait as long as it takes.
    await dbClient.query(`select pg_advisory_lock(${PG_MIGRATE_LOCK_ID})`)
    await dbClient.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`)
    for (const set of sets) {
      await runner({
        dbClient,
        dir: folderOf(set),
        migrationsTable: set.table,
        direction: 'up',
        noLock: true,
        logger: silent,
      })
      await noteBreaking(dbClient, set)
    }
  } finally {
    await dbClient.end()
  }
}

/** What the schema lacks, or has too much of, for this code; changes nothing. */
export async function checkSchema(url: string, sets: readonly MigrationSet[]): Promise<SchemaGap> {
  const client = await connectClient(url, 'check')
  try {
    return await schemaGap(client, sets)
  } finally {
    await client.end()
  }
}
