import { scopeOf, type Caller } from '@vitrylo/auth'
import { etagMismatch, notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import { BranchChangedEvent, BranchDeletedEvent } from '@vitrylo/proto/events.ts'
import type { Branch, WorkingCalendar } from '@vitrylo/proto/vitrylo/directory/v1/branch.ts'
import { remembered } from '@vitrylo/service'
import { explained } from '../constraints.ts'
import { inheritedOf, requisitesFrom, storedRequisites, type Above } from './inherited.ts'

type Row = {
  id: string
  name: string
  parent_id: string | null
  code: string
  calendar: WorkingCalendar | null
  requisites: Record<string, string>
  currency: string
  numbering_prefix: string
  revision: number
  created_at: Date
  updated_at: Date
  above?: Above[]
}

const columns = sql`b.id, b.name, b.parent_id, b.code, b.calendar, b.requisites, b.currency, b.numbering_prefix, b.revision, b.created_at, b.updated_at`

// Those above, nearest first. Two that are put below each other at once are refused; the depth guards against what is restored by hand.
const above = sql`(with recursive up as (
    select p.*, 1 as depth from branch p where p.id = b.parent_id
    union all select p.*, up.depth + 1 from branch p join up on p.id = up.parent_id where up.depth < 50
  ) select coalesce(jsonb_agg(jsonb_build_object('id', id, 'requisites', requisites, 'currency', currency, 'prefix', numbering_prefix, 'calendar', calendar) order by depth), '[]') from up) as above`

const whole = sql`${columns}, ${above}`

const fromRow = (row: Row): Branch => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  name: row.name,
  parentId: row.parent_id ?? undefined,
  code: row.code,
  calendar: row.calendar ?? undefined,
  requisites: requisitesFrom(row.requisites),
  currency: row.currency,
  numberingPrefix: row.numbering_prefix,
  inherited: inheritedOf({ ...row, prefix: row.numbering_prefix }, row.above ?? []),
})

const stored = (calendar: WorkingCalendar | undefined): string | null => (calendar === undefined ? null : JSON.stringify(calendar))

const scope = (caller: Caller, action: string) =>
  scopeOf(caller, 'employees', action, { branch: sql`b.id`, owner: sql`null::uuid` })

const list: ListDefinition = {
  id: sql`b.id`,
  fields: {
    parentId: { column: sql`b.parent_id`, type: 'uuid', reference: 'branches', nullable: true },
    code: { column: sql`b.code`, type: 'text' },
    name: { column: sql`b.name`, type: 'text' },
    currency: { column: sql`b.currency`, type: 'text' },
    numberingPrefix: { column: sql`b.numbering_prefix`, type: 'text' },
  },
  orders: { name: { column: sql`b.name`, type: 'text' } },
  defaultOrder: 'name',
}

export async function getBranch(db: Db, caller: Caller, id: string): Promise<Branch> {
  const row = await one<Row>(db, sql`select ${whole} from branch b where b.id = ${id} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('branch', id)
  return fromRow(row)
}

export async function listBranches(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${whole}, ${page.pageKey} as page_key from branch b
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { branches: rows.map(fromRow), nextPageToken }
}

/** Locks one for a change; an etag that is given must be the present one. What comes from above is not in it. */
export async function lockBranch(tx: Tx, caller: Caller, action: string, id: string, etag: string): Promise<Branch> {
  const row = await one<Row>(tx, sql`select ${columns} from branch b where b.id = ${id} and ${scope(caller, action)} for update`)
  if (row === undefined) throw notFound('branch', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('branch', id)
  return remembered({ ...fromRow(row), inherited: [] })
}

export async function insertBranch(tx: Tx, b: Branch, now: Date): Promise<Branch> {
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into branch as b (id, name, parent_id, code, calendar, requisites, currency, numbering_prefix, revision, created_at, updated_at)
          values (${b.id}, ${b.name}, ${b.parentId ?? null}, ${b.code}, ${stored(b.calendar)}::jsonb, ${JSON.stringify(storedRequisites(b.requisites))}::jsonb, ${b.currency},
            ${b.numberingPrefix}, 1, ${now}, ${now}) returning ${whole}`,
    ),
  )
  return publish(tx, fromRow(row!))
}

export async function updateBranch(tx: Tx, b: Branch, now: Date): Promise<Branch> {
  const row = await explained(
    one<Row>(
      tx,
      sql`update branch b set name = ${b.name}, parent_id = ${b.parentId ?? null}, code = ${b.code}, calendar = ${stored(b.calendar)}::jsonb,
            requisites = ${JSON.stringify(storedRequisites(b.requisites))}::jsonb, currency = ${b.currency}, numbering_prefix = ${b.numberingPrefix}, revision = revision + 1,
            updated_at = ${now}
          where id = ${b.id} returning ${whole}`,
    ),
  )
  return publish(tx, fromRow(row!))
}

export async function deleteBranch(tx: Tx, { id, etag }: Branch): Promise<void> {
  await explained(exec(tx, sql`delete from branch where id = ${id}`))
  await appendOutbox(tx, [{ type: BranchDeletedEvent, key: id, revision: Number(etag) + 1, data: { id }, branchId: id }])
}

/** Of two branches that are put below each other at once, the later one must see the change of the first. */
export const lockTree = (tx: Tx) => one(tx, sql`select pg_advisory_xact_lock(hashtext('directory.branch-tree'))`)

/** Whether `below` is the branch itself or lies under it. */
export async function isBelow(tx: Tx, branchId: string, below: string): Promise<boolean> {
  const found = await one(
    tx,
    sql`with recursive up as (
          select id, parent_id from branch where id = ${below}
          union select b.id, b.parent_id from branch b join up on b.id = up.parent_id
        ) select 1 as yes from up where id = ${branchId}`,
  )
  return found !== undefined
}

async function publish(tx: Tx, branch: Branch): Promise<Branch> {
  const revision = Number(branch.etag)
  // What comes from above changes without the branch: who listens puts it together from the facts of each.
  await appendOutbox(tx, [{ type: BranchChangedEvent, key: branch.id, revision, data: { branch: { ...branch, inherited: [] } }, branchId: branch.id }])
  return branch
}
