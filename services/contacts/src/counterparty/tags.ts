import { scopeOf, type Caller } from '@vitrylo/auth'
import { many, sql, type Db } from '@vitrylo/pg'
import type { ListTagsRequest, TagCount } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'

/** As it is stored: `#VIP  Клієнт ` and `vip клієнт` are one tag. */
const normalTag = (tag: string): string => tag.normalize('NFC').replace(/^[#\s]+/, '').replace(/\s+/g, ' ').trim().toLocaleLowerCase('uk')

export const normalTags = (tags: readonly string[]): string[] => [...new Set(tags.map(normalTag).filter((tag) => tag !== ''))]

/** The cloud: counts of what the caller may see, from one index that holds nothing but the tagged ones. */
export function listTags(db: Db, caller: Caller, { prefix, pageSize }: ListTagsRequest): Promise<TagCount[]> {
  const begin = normalTag(prefix)
  return many<TagCount>(
    db,
    sql`select tag, count(*)::int as count from counterparty c cross join lateral unnest(c.tags) as tag
        where c.tags <> '{}' and c.deleted_at is null and starts_with(tag, ${begin})
          and ${scopeOf(caller, 'counterparties', 'view', { branch: sql`c.branch_id`, owner: sql`c.responsible_id`, record: sql`c.id` })}
        group by tag order by count desc, tag collate "uk-UA-x-icu" limit ${pageSize || 100}`,
  )
}
