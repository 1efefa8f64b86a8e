import { scopeOf, type Caller } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import { many, sql, type Db, type Sql } from '@vitrylo/pg'
import type { ReferralGraph } from '@vitrylo/proto/vitrylo/contacts/v1/relation.ts'
import type { Money } from '@vitrylo/proto/vitrylo/types/v1/money.ts'
import { livingId } from '@vitrylo/service'
import { scope } from '../counterparty/counterparty-sql.ts'
import { holdsOn, otherEnd } from './relation-row.ts'

const STEPS = 3
const BESIDE = 20
const MOST = 200
const COUNTED = 1000

type Row = { id: string; next_id: string | null; distance: number; display_name: string; further_count: number; won: Money[] | null; brought: Money[] | null }

const AFTER = { here: sql`r.from_id`, there: sql`r.to_id`, step: sql`1` }
const BEFORE = { here: sql`r.to_id`, there: sql`r.from_id`, step: sql`-1` }

const moneys = sql`json_agg(json_build_object('amount', s.amount::text, 'currency', s.currency) order by s.currency)`

/**
 * Who brought whom around a counterparty, in one statement: from one that the caller sees to the next, nobody twice on one
 * way (two may have recommended us to each other), each at the shortest of the ways that lead to them.
 */
export async function referralGraph(db: Db, caller: Caller, id: string, day: string): Promise<ReferralGraph> {
  const next = ({ here, there }: typeof AFTER, of: Sql): Sql =>
    sql`relation r join counterparty e on e.id = ${there} and ${otherEnd(caller)} where r.chart = 'referral' and ${here} = ${of} and ${holdsOn(day)}`
  const way = (side: typeof AFTER, name: Sql): Sql =>
    sql`${name} as (
          select m.id, null::uuid as next_id, 0 as distance, array[m.id] as path from me m
          union all
          select k.id, w.id, w.distance + ${side.step}, w.path || k.id
          from ${name} w cross join lateral (
            select e.id from ${next(side, sql`w.id`)} and e.id <> all(w.path) order by e.display_name, e.id limit ${BESIDE}
          ) k
          where abs(w.distance) < ${STEPS}
        )`
  const further = (side: typeof AFTER): Sql => sql`(select count(*)::int from (select from ${next(side, sql`n.id`)} limit ${COUNTED}) k)`
  const rows = await many<Row>(
    db,
    sql`with recursive
          me as (select c.id from counterparty c where c.id = ${livingId(id)} and ${scope(caller, 'view')}),
          ${way(AFTER, sql`later`)},
          ${way(BEFORE, sql`earlier`)},
          nodes as (
            (select distinct on (w.id) w.id, w.next_id, w.distance from (select * from later limit ${MOST}) w order by w.id, w.distance, w.next_id)
            union all
            (select distinct on (w.id) w.id, w.next_id, w.distance from (select * from earlier limit ${MOST}) w where w.distance < 0 order by w.id, w.distance desc, w.next_id)
          ),
          sums as (
            select n.id, n.distance, k.currency, sum(k.amount) as amount from nodes n join related_record k on k.counterparty_id = n.id
            where k.section = 'opportunities' and k.state = 'won' and k.amount is not null
              and ${scopeOf(caller, 'opportunities', 'view', { branch: sql`k.branch_id`, owner: sql`k.owner_id`, record: sql`k.id` })}
            group by n.id, n.distance, k.currency
          )
        select n.id, n.next_id, n.distance, c.display_name, case when n.distance < 0 then ${further(BEFORE)} else ${further(AFTER)} end as further_count,
          (select ${moneys} from sums s where s.id = n.id and s.distance = n.distance) as won,
          (select ${moneys} from (select currency, sum(amount) as amount from sums where distance > 0 group by currency) s) as brought
        from nodes n join counterparty c on c.id = n.id
        order by abs(n.distance), c.display_name, c.id`,
  )
  if (rows.length === 0) throw notFound('counterparty', id)
  return {
    nodes: rows.map((row) => ({
      id: row.id, nextId: row.next_id ?? '', distance: row.distance, displayName: row.display_name, furtherCount: row.further_count, won: row.won ?? [],
    })),
    brought: rows[0]!.brought ?? [],
  }
}
