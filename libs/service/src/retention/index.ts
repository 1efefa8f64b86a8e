import type { MigrationSet } from '@vitrylo/pg'

export { carryOutDue, MOST_A_NIGHT, retentionSweep } from './carry-out.ts'
export { emptyRecords, ofRecords } from './empty-records.ts'
export { heedHolds, holdsHandler, lockHolds, onHold } from './holds.ts'
export type { RetentionResource, Taking } from './resource.ts'
export { retentionRuleList } from './rule-sql.ts'
export { retentionRuleService } from './rule-service.ts'

/** Rules of retention: `sharedMigrations: [retentionMigrations]`. */
export const retentionMigrations: MigrationSet = { dir: new URL('../../retention-migrations/', import.meta.url), table: 'migrations_retention' }
