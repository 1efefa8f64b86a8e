import { scopeOf } from '@vitrylo/auth'
import { withCustom } from '@vitrylo/custom'
import { parseFilter, type Asker } from '@vitrylo/lists'
import { many, one, sql, type Db, type Sql } from '@vitrylo/pg'
import type { RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import { active } from '../consent/consent-row.ts'
import { counterpartyList } from '../counterparty/counterparty-list.ts'
import { scope } from '../counterparty/counterparty-sql.ts'
import { interactionList, interactionScope } from '../interaction/interaction-sql.ts'

type Reached = { from: Sql; where: Sql; id: Sql; name: Sql; since: Sql }
export type Item = { id: string; name: string; since: Date }

/** Records whose time is over by the rule, of those that the asker may take. */
function reachOf({ resource, filter, ageMonths }: RetentionRule, asker: Asker): Reached {
  const { caller, now } = asker
  const before = sql`(${now}::timestamptz - make_interval(months => ${ageMonths}))`
  if (resource === 'interactions') {
    const where = sql`i.state <> 'planned' and i.starts_at < ${before} and ${interactionScope(caller, 'delete')} and ${parseFilter(filter, interactionList, asker)}`
    return { from: sql`interaction i`, where, id: sql`i.id`, name: sql`i.subject`, since: sql`i.starts_at` }
  }
  const since = sql`coalesce(c.last_contact_at, c.created_at)`
  const where = sql`c.kind = 'person' and c.erased_at is null and ${since} < ${before} and ${scope(caller, 'view')}
    and ${scopeOf(caller, 'privacy', 'delete', { branch: sql`c.branch_id`, owner: sql`c.responsible_id` })}
    and not exists (select from party_alias a where a.merged_id = c.id)
    and not exists (select from consent w where w.counterparty_id = c.id and ${active})
    and not exists (select from related_record k where k.counterparty_id = c.id and k.open)
    and ${parseFilter(filter, withCustom(counterpartyList, caller, 'counterparties', 'c.'), asker)}`
  return { from: sql`counterparty c`, where, id: sql`c.id`, name: sql`c.display_name`, since }
}

/** Those whose time was over first. */
export function reachedBy(db: Db, rule: RetentionRule, asker: Asker, limit: number): Promise<Item[]> {
  const { from, where, id, name, since } = reachOf(rule, asker)
  return many<Item>(db, sql`select ${id} as id, ${name} as name, ${since} as since from ${from} where ${where} order by ${since}, ${id} limit ${limit}`)
}

export async function countReached(db: Db, rule: RetentionRule, asker: Asker): Promise<number> {
  const { from, where } = reachOf(rule, asker)
  return (await one<{ count: number }>(db, sql`select count(*) as count from ${from} where ${where}`))!.count
}
