export { fileHandlers, filesSweep } from './file-service.ts'
export { newFiles, type NamedFile } from './file-sql.ts'
export { filePlace } from './place.ts'
export type { FileValue } from './value.ts'

/** Tables of files, for `sharedMigrations`; a service then says `select watch_files('table')` of each table of records. */
export const fileMigrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations_files' }
