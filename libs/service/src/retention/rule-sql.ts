import { scopeOf, type Caller } from '@vitrylo/auth'
import { etagMismatch, notFound } from '@vitrylo/errors'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Sql, type Tx } from '@vitrylo/pg'
import type { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'

type Row = {
  id: string
  display_name: string
  resource: string
  filter: string
  age_months: number
  enabled: boolean
  author_id: string | null
  revision: number
  created_at: Date
  updated_at: Date
  run_at: Date | null
  run_count: number
  total_count: number
}

const columns = sql`r.id, r.display_name, r.resource, r.filter, r.age_months, r.enabled, r.author_id, r.revision, r.created_at, r.updated_at, r.run_at, r.run_count, r.total_count`

const fromRow = (row: Row): RetentionRule => ({
  id: row.id, etag: String(row.revision), createTime: row.created_at, updateTime: row.updated_at, displayName: row.display_name, resource: row.resource, filter: row.filter,
  ageMonths: row.age_months, enabled: row.enabled, authorId: row.author_id ?? '', runTime: row.run_at ?? undefined, runCount: row.run_count, totalCount: row.total_count,
})

/** Rules belong to no branch: one's own, and those that the right to manage reaches by their author. */
const scope = (caller: Caller): Sql => scopeOf(caller, 'privacy', 'manage', { branch: sql`null::uuid`, owner: sql`r.author_id` })

export const retentionRuleList: ListDefinition = {
  id: sql`r.id`,
  fields: { displayName: { column: sql`r.display_name`, type: 'text' }, enabled: { column: sql`r.enabled`, type: 'boolean' } },
  orders: { displayName: { column: sql`r.display_name`, type: 'text' } },
  defaultOrder: 'displayName',
}

export async function getRule(db: Db, caller: Caller, id: string): Promise<RetentionRule> {
  const row = await one<Row>(db, sql`select ${columns} from retention_rule r where r.id = ${id} and ${scope(caller)}`)
  if (row === undefined) throw notFound('retention-rule', id)
  return fromRow(row)
}

export async function listRules(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(retentionRuleList, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(pool, sql`select ${columns}, ${page.pageKey} as page_key from retention_rule r where ${scope(asker.caller)} and ${page.where} order by ${page.orderBy} limit ${page.limit}`)
  return { retentionRules: rows.map(fromRow), nextPageToken }
}

export async function lockRule(tx: Tx, caller: Caller, id: string, etag = ''): Promise<RetentionRule> {
  const row = await one<Row>(tx, sql`select ${columns} from retention_rule r where r.id = ${id} and ${scope(caller)} for update`)
  if (row === undefined) throw notFound('retention-rule', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('retention-rule', id)
  return fromRow(row)
}

export async function insertRule(tx: Tx, r: RetentionRule, now: Date): Promise<RetentionRule> {
  const row = await one<Row>(
    tx,
    sql`insert into retention_rule as r (id, display_name, resource, filter, age_months, enabled, author_id, revision, created_at, updated_at)
        values (${r.id}, ${r.displayName}, ${r.resource}, ${r.filter}, ${r.ageMonths}, ${r.enabled}, ${r.authorId || null}, 1, ${now}, ${now}) returning ${columns}`,
  )
  return fromRow(row!)
}

export async function updateRule(tx: Tx, r: RetentionRule, now: Date): Promise<RetentionRule> {
  const row = await one<Row>(
    tx,
    sql`update retention_rule r set display_name = ${r.displayName}, filter = ${r.filter}, age_months = ${r.ageMonths}, enabled = ${r.enabled}, author_id = ${r.authorId || null},
          revision = revision + 1, updated_at = ${now} where r.id = ${r.id} returning ${columns}`,
  )
  return fromRow(row!)
}

export const deleteRule = (tx: Tx, id: string) => exec(tx, sql`delete from retention_rule where id = ${id}`)

/** Rules whose turn it is: once a night each. */
export async function dueRules(db: Db, since: Date): Promise<string[]> {
  return (await many<{ id: string }>(db, sql`select id from retention_rule where enabled and (run_at is null or run_at < ${since}) order by id`)).map(({ id }) => id)
}

/** A rule, and what tonight's run of it has taken so far. */
export type Taken = { rule: RetentionRule; before: number }

/** For one that carries it out: nobody else has it now, it still holds, and its turn is not over. `since`: when a night begins. */
export async function takeRule(tx: Tx, id: string, since: Date): Promise<Taken | undefined> {
  const row = await one<Row & { before: number }>(
    tx,
    sql`select ${columns}, case when r.begun_at >= ${since} then r.run_count else 0 end as before from retention_rule r
        where r.id = ${id} and r.enabled and (r.run_at is null or r.run_at < ${since}) for update skip locked`,
  )
  return row && { rule: fromRow(row), before: row.before }
}

/** `before`: what the night had taken already. `ended`: there was no more to take, or it has taken its most. */
export async function noteRun(tx: Tx, id: string, taken: number, { before, ended, now }: { before: number; ended: boolean; now: Date }): Promise<void> {
  await exec(
    tx,
    sql`update retention_rule set run_count = ${before + taken}, total_count = total_count + ${taken}, begun_at = ${before === 0 ? now : sql`begun_at`},
          run_at = case when ${ended} then ${now}::timestamptz else run_at end where id = ${id}`,
  )
}
