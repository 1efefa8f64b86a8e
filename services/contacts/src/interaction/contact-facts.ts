import { exec, many, sql, type Tx } from '@vitrylo/pg'

/**
 * Keeps `last_contact_at` and `next_contact_at` of counterparties true after an interaction or a call was written;
 * a late call of one that was merged is a contact with the one it went into. The rows are locked by a statement of its own:
 * the next one then sees what others committed while this one waited.
 */
export async function refreshContacts(tx: Tx, counterpartyIds: readonly string[]): Promise<void> {
  const named = [...new Set(counterpartyIds)]
  if (named.length === 0) return
  const ids = (
    await many<{ id: string }>(
      tx,
      sql`select c.id from counterparty c
          where c.id in (select coalesce(a.survivor_id, k.id) from unnest(${named}::uuid[]) k (id) left join party_alias a on a.merged_id = k.id)
          order by c.id for no key update`,
    )
  ).map(({ id }) => id)
  await exec(
    tx,
    sql`update counterparty c set last_contact_at = n.last, next_contact_at = n.next
        from (
          select k.id,
            greatest(
              (select max(p.starts_at) from interaction_party p where p.counterparty_id = k.id and p.contact and p.state = 'held'),
              (select max(r.updated_at) from related_record r where r.counterparty_id = k.id and r.section = 'calls' and r.state = 'answered')
            ) as last,
            (select min(p.starts_at) from interaction_party p where p.counterparty_id = k.id and p.contact and p.state = 'planned') as next
          from unnest(${ids}::uuid[]) as k (id)
        ) n
        where c.id = n.id and (c.last_contact_at, c.next_contact_at) is distinct from (n.last, n.next)`,
  )
}
