export { fileHandlers, filesSweep } from './file-service.ts'
export { newFiles } from './file-sql.ts'
export { filePlace } from './place.ts'

/** Tables of files, for `sharedMigrations`; a service then says `select watch_files('table')` of each table of records. */
export const fileMigrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations_files' }
