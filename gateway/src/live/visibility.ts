import { sees, type Caller } from '@vitrylo/auth'
import type { LiveEvent } from './live-event-sql.ts'

/** Who is shown an event: those it names, or else those whose `view` right, or a share, reaches the record it is about. */
export function isShownTo(caller: Caller, { section, branchId, ownerId, recipients, shares }: LiveEvent): boolean {
  if (recipients !== null) return caller.employeeId !== undefined && recipients.includes(caller.employeeId)
  return sees(caller, section, { branchId: branchId ?? undefined, ownerId: ownerId ?? undefined, shares: shares ?? undefined })
}
