import { many, one, sql, type Pool } from '@vitrylo/pg'
import { callerOf, type Caller } from './caller.ts'
import { loadCustomFields } from './custom-fields.ts'
import { loadIntegrations } from './integrations.ts'
import { rightsData, type BranchFacts, type Cell, type EmployeeFacts, type FieldCell, type RightsData } from './rights.ts'
import type { Claims } from './verify.ts'
import type { StoredCalendar } from './working-calendar.ts'

const POLL_MS = 1_000

/** The rights in memory: decisions cost no query. */
export type RightsStore = {
  data(): RightsData
  callerOf(claims: Claims): Caller
  /** Reads the copy again if it moved; called by itself every second. */
  refresh(): Promise<void>
  /** Called after the copy moved. The copies of other services may move up to a second later. */
  onChange(listener: () => void): void
  stop(): void
}

type Warn = { warn(details: object, message: string): void }

/**
 * Holds the copy of the rights in memory and compares its version every second, so that a change works within 5 s in
 * every process, whichever of them consumed the event. While the database is away the last copy goes on.
 */
export async function startRightsStore(pool: Pool, log: Warn, now: () => number = Date.now): Promise<RightsStore> {
  let version = -1
  let data: RightsData = rightsData({ employees: [], branches: [], groups: [] })
  let callers = new WeakMap<Claims, Caller>()
  const listeners: (() => void)[] = []
  let readAt = 0
  let nextEnd = Infinity
  const refresh = async (): Promise<void> => {
    const row = await one<{ version: number }>(pool, sql`select version from rights_version`)
    const at = now()
    // Behind the end of a share its holder's next one is not known; a clock that was put back has ends before it that were left out.
    if (row === undefined || (row.version === version && at < nextEnd && at >= readAt)) return
    data = await load(pool, at)
    readAt = at
    nextEnd = data.holdings.values().reduce((first, holding) => Math.min(first, holding.nextEnd ?? Infinity), Infinity)
    callers = new WeakMap()
    version = row.version
    for (const listener of listeners) listener()
  }
  await refresh()
  let timer: NodeJS.Timeout
  let stopped = false
  const poll = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      refresh().catch((error) => log.warn({ err: error }, 'rights could not be read, the last copy goes on')).finally(poll)
    }, POLL_MS)
    timer.unref()
  }
  poll()
  return {
    data: () => data,
    callerOf(claims) {
      let caller = callers.get(claims)
      if (caller === undefined) callers.set(claims, (caller = callerOf(data, claims, now)))
      return caller
    },
    refresh,
    onChange: (listener) => void listeners.push(listener),
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

async function load(pool: Pool, now: number): Promise<RightsData> {
  const known = await many<EmployeeFacts & { deleted: boolean }>(
    pool,
    sql`select id, username, display_name as "displayName", branch_id as "branchId", department_id as "departmentId",
               groups, disabled, external_id as "externalId", substitutes, deleted
        from rights_employee`,
  )
  const branches = await many<BranchFacts & { parentId: string | null; calendar: StoredCalendar | null; numberingPrefix: string }>(
    pool,
    sql`select id, parent_id as "parentId", name, code, calendar, numbering_prefix as "numberingPrefix" from rights_branch where not deleted`,
  )
  const groups = await many<{ name: string; cells: Cell[]; limits: FieldCell[]; requestsPerMinute: number; bulkReadsPerHour: number }>(
    pool,
    sql`select name, cells, limits, requests_per_minute as "requestsPerMinute", bulk_reads_per_hour as "bulkReadsPerHour" from rights_group order by cells <> '[]' or limits <> '[]'`,
  )
  const shared = await many<{ section: string; action: string; holder: string }>(
    pool,
    sql`select distinct section, action, holder from record_share where until_at is null or until_at > ${new Date(now)}`,
  )
  const holdings = await many<{ holder: string; version: number; nextEnd: number | null }>(
    pool,
    sql`select h.holder, h.version, (select (extract(epoch from s.until_at) * 1000)::float8 from record_share s
          where s.holder = h.holder and s.until_at > ${new Date(now)} order by s.until_at limit 1) as "nextEnd" from share_holder h`,
  )
  const formerUsernames = (await many<{ username: string }>(pool, sql`select username from rights_former_username`)).map(({ username }) => username)
  const [employees, former] = [known.filter(({ deleted }) => !deleted), known.filter(({ deleted }) => deleted)]
  return rightsData({ employees, former, formerUsernames, branches, groups, shared, holdings, customFields: await loadCustomFields(pool), integrations: await loadIntegrations(pool) })
}
