export { fieldsOf, livingFields, type CustomValues, type Resource } from './fields.ts'
export { isVisible, overlaid, settle } from './settle.ts'
export { settleAmong, settleRecord } from './settle-record.ts'
export { holdersOf, uniqueValues, type UniqueValue } from './taken.ts'
export { oneByOne } from './links.ts'
export { readValue } from './read-value.ts'
export { customFacts, withCustom } from './with-custom.ts'
export { factsOfField } from './columns.ts'
export { takenCustomField, type CustomPlaces } from './indexes.ts'
export { customIndexHandler, customIndexJobs, customIndexSweep } from './tend-indexes.ts'
export { figureOf, isUnclear, UNCLEAR } from './figure.ts'
export { customCells, dayColumns, figureColumns, fileColumns, importCells, listColumns, printCell, readCell, readCells } from './cells.ts'
export { customSchema } from './json-schema.ts'

/** What indexes of custom fields need: `sharedMigrations: [customMigrations]`. */
export const customMigrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations_custom' }
