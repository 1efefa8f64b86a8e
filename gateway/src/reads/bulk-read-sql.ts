import type { RightsData } from '@vitrylo/auth'
import type { Bus, BusEvent } from '@vitrylo/events'
import { pageOf, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Pool } from '@vitrylo/pg'
import { BulkReadNoticedEvent } from '@vitrylo/proto/events.ts'
import type { BulkRead } from '@vitrylo/proto/vitrylo/sessions/v1/session.ts'
import type { Call } from '@vitrylo/service'
import { within } from '../sessions/online-sql.ts'
import { WINDOW_MS } from './read-meter.ts'

export type Reader = {
  key: string
  username: string
  employeeId: string | undefined
  integrationId: string | undefined
  records: number
  threshold: number
  address: string
}

type Row = {
  id: string
  at: Date
  username: string
  employee_id: string | null
  branch_id: string | null
  integration_id: string | null
  records: number
  threshold: number
  address: string
}

const columns = sql`s.id, s.at, s.username, s.employee_id, s.integration_id, s.records, s.threshold, s.address`

const toMessage = (row: Row): BulkRead => ({
  id: row.id,
  time: row.at,
  username: row.username,
  employeeId: row.employee_id ?? undefined,
  branchId: row.branch_id ?? undefined,
  integrationAccountId: row.integration_id ?? undefined,
  records: row.records,
  threshold: row.threshold,
  address: row.address,
})

/** False where another replica has told of this caller in the hour. */
export async function saveBulkRead(pool: Pool, { key, username, employeeId, integrationId, records, threshold, address }: Reader, now: Date): Promise<boolean> {
  const made = await one(
    pool,
    sql`insert into bulk_read (at, caller_key, hour, username, employee_id, integration_id, records, threshold, address)
        select ${now}::timestamptz, ${key}, ${Math.floor(now.getTime() / WINDOW_MS)}::bigint, ${username}, ${employeeId ?? null}::uuid, ${integrationId ?? null}::uuid,
          ${records}::int, ${threshold}::int, ${address}
        where not exists (select from bulk_read b where b.caller_key = ${key} and b.at > ${new Date(now.getTime() - WINDOW_MS)})
        on conflict do nothing returning id`,
  )
  return made !== undefined
}

/** Puts what nobody was told of on the bus; told again after a crash between the two, under the same id. */
export async function tellBulkReads(pool: Pool, bus: Bus, { employees }: RightsData): Promise<void> {
  const rows = await many<Row>(pool, sql`select ${columns}, null as branch_id from bulk_read s where s.told_at is null order by s.at limit 100`)
  if (rows.length === 0) return
  await bus.publish(rows.map((row) => eventOf(toMessage({ ...row, branch_id: employees.get(row.employee_id ?? '')?.branchId ?? null }))))
  await exec(pool, sql`update bulk_read set told_at = now() where id = any(${rows.map(({ id }) => id)}::uuid[])`)
}

function eventOf(bulkRead: BulkRead): BusEvent {
  const { type, topic, section, codec } = BulkReadNoticedEvent
  const { id, time, branchId, employeeId } = bulkRead
  const headers = { section, ...(branchId !== undefined && { branch: branchId }), ...(employeeId !== undefined && { owner: employeeId }) }
  return { id, topic, key: id, type, time: time!.toISOString(), revision: 1, data: codec.toJSON({ bulkRead }) as BusEvent['data'], headers }
}

const list: ListDefinition = {
  id: sql`s.id`,
  fields: {
    time: { column: sql`s.at`, type: 'time' },
    employeeId: { column: sql`s.employee_id`, type: 'uuid', nullable: true, reference: 'employees' },
    integrationAccountId: { column: sql`s.integration_id`, type: 'uuid', nullable: true },
    branchId: { column: sql`e.branch_id`, type: 'uuid', nullable: true, reference: 'branches' },
  },
  orders: { time: { column: sql`s.at`, type: 'timestamptz' } },
  defaultOrder: 'time desc',
}

/** A page of them, as far as the right to manage sessions reaches. */
export async function listBulkReads(pool: Pool, call: Call, request: ListRequest) {
  const page = pageOf(list, request, call)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, e.branch_id, ${page.pageKey} as page_key from bulk_read s left join rights_employee e on e.id = s.employee_id
        where ${within(call.caller)} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { bulkReads: rows.map(toMessage), nextPageToken }
}

export async function pruneBulkReads(pool: Pool, before: Date): Promise<void> {
  await exec(pool, sql`delete from bulk_read where at < ${before}`)
}
