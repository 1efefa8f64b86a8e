import { many, inTx, sql } from '@vitrylo/pg'
import { deedOfJob, recorded, type Deps, type Sweep } from '@vitrylo/service'
import { employeesWhere, updateEmployee } from './employee-sql.ts'
import { dayAt, hasLeft } from './settle-employee.ts'

type Leaving = Pick<Deps, 'pool' | 'rights' | 'now' | 'log' | 'committed'>

/** Days begin up to 14 hours before they do by UTC. */
const EARLIEST_MS = 14 * 3_600_000

/** Disables those whose last day of work has ended where they work. Who was enabled since by another date is not touched: each row is looked at under its lock. */
export async function disableLeavers(deps: Leaving, zone: string): Promise<void> {
  const at = deps.now()
  const day = new Date(at.getTime() + EARLIEST_MS).toISOString().slice(0, 10)
  const due = await many<{ id: string }>(deps.pool, sql`select id from employee where left_date < ${day}::date and not disabled order by left_date, id limit 200`)
  // One who cannot be disabled leaves no door open for the others.
  for (const { id } of due) await disableLeaver(deps, id, at, zone).catch((err) => deps.log.warn({ err, employee: id }, 'who has left is not disabled yet, will try again'))
}

async function disableLeaver({ pool, rights, committed }: Leaving, id: string, at: Date, zone: string): Promise<void> {
  const caller = rights.callerOf({ subject: '', username: '', groups: [], client: '', sessionId: undefined, expiresAt: 0 })
  const deed = await deedOfJob({ pool, rights }, { caller, section: 'employees', action: 'change', method: 'LastDay', now: at, request: { id } })
  await inTx(pool, (tx) =>
    recorded(deed, tx, async () => {
      const [leaver] = await employeesWhere(tx, sql`e.id = ${id} and not e.disabled for update skip locked`)
      if (leaver === undefined || !hasLeft(leaver, dayAt(rights.data(), leaver.branchId, at, zone))) return
      await updateEmployee(tx, { ...leaver, disabled: true }, ['disabled'], at)
    }),
  )
  committed()
}

/** Rides on a sweep that is there already. */
export const withLeavers = (sweep: Sweep, deps: Leaving, zone: string): Sweep => ({
  ...sweep,
  each: async () => {
    await disableLeavers(deps, zone).catch((err) => deps.log.warn({ err }, 'who has left is not disabled yet, will try again'))
    return sweep.each()
  },
})
