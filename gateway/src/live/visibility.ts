import { sees, type Caller } from '@vitrylo/auth'
import type { LiveEvent } from './live-event-sql.ts'

/** Records of the firm and of no branch: the right itself, whatever its scope, is the whole decision, as in their services. */
const OF_FIRM: ReadonlySet<string> = new Set(['pipelines', 'queues'])

/** Who is shown an event: those it names, or else those whose `view` right, or a share, reaches the record it is about. */
export function isShownTo(caller: Caller, { section, branchId, ownerId, recipients, shares }: LiveEvent): boolean {
  if (recipients !== null) return caller.employeeId !== undefined && recipients.includes(caller.employeeId)
  if (OF_FIRM.has(section)) return caller.reach(section, 'view') !== undefined
  return sees(caller, section, { branchId: branchId ?? undefined, ownerId: ownerId ?? undefined, shares: shares ?? undefined })
}
