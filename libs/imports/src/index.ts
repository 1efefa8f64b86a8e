export { csvLine } from './csv.ts'
export { formerOf, takenBack, type Conflict, type Deeds, type Former } from './deeds.ts'
export { importService, type ImportServer } from './import-service.ts'
export { importJobs, importSweeps } from './jobs.ts'
export type { ImportContext, ImportKind, ImportRow, Outcome, Parsed, Planned, UndoContext, Undone } from './kind.ts'
export { bareHeader } from './suggest.ts'
export { joinCustom, joinOne, joinText } from './join-value.ts'
export { keptFrom } from './kept-from.ts'
export { keysRefusal, keyValues, matchRows, newRows, severalFound, type Known, type Match, type Matching } from './match.ts'
export { readDay, readTime } from './read-day.ts'
export { readCard, type ReadCard } from './vcard/card.ts'
export { writeVcard, type VcardProperty } from './vcard/write.ts'
export { writeXlsx } from './xlsx/write.ts'
export { importPlaces } from './subject-places.ts'
export { zipFiles } from './zip-files.ts'
export { DUPLICATES, knownOutcome, type Rules } from './rules.ts'

/** Tables of imports, their files and errors: `sharedMigrations: [importMigrations]`. */
export const importMigrations = { dir: new URL('../migrations/', import.meta.url), table: 'migrations_imports' }
