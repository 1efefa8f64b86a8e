import { parseFilter, type Asker } from '@vitrylo/lists'
import { many, one, sql, type Db, type Sql, type Tx } from '@vitrylo/pg'
import type { RetentionHold, RetentionRule } from '@vitrylo/proto/vitrylo/contacts/v1/retention_rule.ts'
import type { Reached, RetentionResource } from './resource.ts'

export type Item = { id: string; name: string; since: Date }

/** Records whose time is over by the rule, of those that the asker may take; `all` with those that something holds. */
function reachOf(resource: RetentionResource, { filter, ageMonths }: RetentionRule, asker: Asker): Reached & { all: Sql; taken: Sql } {
  const reached = resource.reach(asker, sql`(${asker.now}::timestamptz - make_interval(months => ${ageMonths}))`)
  const all = sql`${reached.where} and ${parseFilter(filter, resource.list(asker.caller), asker)}`
  const free = Object.values(reached.holds ?? {}).map((hold) => sql`not (${hold})`)
  return { ...reached, all, taken: sql.join([all, ...free], ' and ') }
}

/** Those whose time was over first. */
export function reachedBy(db: Db, resource: RetentionResource, rule: RetentionRule, asker: Asker, limit: number): Promise<Item[]> {
  const { from, taken, id, name, since } = reachOf(resource, rule, asker)
  return many<Item>(db, sql`select ${id} as id, ${name} as name, ${since} as since from ${from} where ${taken} order by ${since}, ${id} limit ${limit}`)
}

/** The same for one who takes them: what somebody opens again meanwhile is left out, and nobody does so any more. */
export function lockReached(tx: Tx, resource: RetentionResource, rule: RetentionRule, asker: Asker, limit: number): Promise<Item[]> {
  const { from, taken, id, name, since, row } = reachOf(resource, rule, asker)
  return many<Item>(tx, sql`select ${id} as id, ${name} as name, ${since} as since from ${from} where ${taken} order by ${since}, ${id} limit ${limit} for update of ${row}`)
}

/** A preview is for the eye: further than this nobody counts, and no look at it costs more. */
const MOST_COUNTED = 10_000

const countUpTo = async (db: Db, from: Sql): Promise<number> =>
  (await one<{ count: number }>(db, sql`select count(*)::int as count from (select from ${from} limit ${MOST_COUNTED + 1}) s`))!.count

/** More than 10,000 are 10,001. */
export async function countReached(db: Db, resource: RetentionResource, rule: RetentionRule, asker: Asker): Promise<number> {
  const { from, taken } = reachOf(resource, rule, asker)
  return countUpTo(db, sql`${from} where ${taken}`)
}

/** Those that are old enough and stay, by the reason; one that is held by two is counted for both. */
export async function heldBy(db: Db, resource: RetentionResource, rule: RetentionRule, asker: Asker): Promise<RetentionHold[]> {
  const { from, all, holds = {} } = reachOf(resource, rule, asker)
  const found: RetentionHold[] = []
  for (const [reason, hold] of Object.entries(holds)) {
    const count = await countUpTo(db, sql`${from} where ${all} and ${hold}`)
    if (count > 0) found.push({ reason, count })
  }
  return found
}
