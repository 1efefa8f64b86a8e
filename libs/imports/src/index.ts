export { csvLine } from './csv.ts'
export { importService, type ImportServer } from './import-service.ts'
export { importJobs, importSweep } from './jobs.ts'
export type { ImportContext, ImportKind, ImportRow, Parsed, Planned } from './kind.ts'
export { readDay } from './read-day.ts'

/** Tables of imports, their files and errors: `sharedMigrations: [importMigrations]`. */
export const importMigrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations_imports' }
