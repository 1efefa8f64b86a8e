import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import { connectClient } from './client.ts'

/** A folder of numbered .sql files and the table that remembers which of them have run. */
export type MigrationSet = { dir: string | URL; table: string }

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * Brings a database forward, each set in the order given. Several processes may call it at once: the later ones wait
 * on an advisory lock and then find nothing to do.
 */
export async function migrate(url: string, sets: readonly MigrationSet[]): Promise<void> {
  const dbClient = await connectClient(url, 'migrate')
  try {
    for (const { dir, table } of sets) {
      await runner({
        dbClient,
        dir: dir instanceof URL ? fileURLToPath(dir) : dir,
        migrationsTable: table,
        direction: 'up',
        advisoryLockMode: 'wait',
        logger: silent,
      })
    }
  } finally {
    await dbClient.end()
  }
}
