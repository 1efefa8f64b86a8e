import { connectClient } from './client.ts'
import { folderOf, noteBreaking, schemaGap, type MigrationSet, type SchemaGap } from './schema.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * Brings a database forward, each set in the order given. Several processes may call it at once: the later ones wait
 * on an advisory lock and then find nothing to do.
 */
export async function migrate(url: string, sets: readonly MigrationSet[]): Promise<void> {
  const dbClient = await connectClient(url, 'migrate')
  try {
    if ((await schemaGap(dbClient, sets)).missing.length === 0) return
    // Loaded when there is something to do: a start on a migrated database does without.
    const { runner } = await import('node-pg-migrate')
    for (const set of sets) {
      await runner({
        dbClient,
        dir: folderOf(set),
        migrationsTable: set.table,
        direction: 'up',
        advisoryLockMode: 'wait',
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
