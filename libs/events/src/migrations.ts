import type { MigrationSet } from '@vitrylo/pg'

/** Tables outbox, inbox and dead_letter: in the database of every service. */
export const eventMigrations: MigrationSet = {
  dir: new URL('../migrations/', import.meta.url),
  table: 'event_migrations',
}

/** Tables of the PostgreSQL bus, in a database of its own. The adapter applies them itself. */
export const busMigrations: MigrationSet = {
  dir: new URL('../bus-migrations/', import.meta.url),
  table: 'bus_migrations',
}
