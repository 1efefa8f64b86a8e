import { createHash } from 'node:crypto'
import { many, sql, type Db } from '@vitrylo/pg'
import type { Subject } from '@vitrylo/service'
import { keysOf } from '../duplicates/keys.ts'

/** `same`: what is compared, as the keys of duplicates do: the last nine digits, the address in lower case. */
type Row = { kind: 'phone' | 'email'; value: string; same: string }

const NOTHING = { id: '', names: [], taxCode: '', phones: [], emails: [], birthday: '', places: [] }

const read = sql`select distinct h ->> 'kind' as kind, k.value, case h ->> 'kind' when 'phone' then right(k.value, 9) else k.value end as same`
const each = sql`cross join lateral (select case h ->> 'kind' when 'phone' then h ->> 'e164' when 'email' then lower(trim(h ->> 'value')) end as value) k`

/** Phones and mail addresses by which the person is known and no other living record is: what an unknown sender gave may be anybody's of a shared one. */
export async function channelsOf(db: Db, { counterpartyIds, contactPersonIds }: Subject): Promise<string[]> {
  const own = await many<Row>(
    db,
    sql`${read} from (
          select channels from counterparty where id = any(${counterpartyIds}::uuid[]) union all select channels from contact_person where id = any(${contactPersonIds}::uuid[])
        ) p cross join lateral jsonb_array_elements(p.channels) h ${each} where k.value <> ''`,
  )
  const sames = (wanted: Row['kind']): string[] => own.filter(({ kind }) => kind === wanted).map(({ same }) => same)
  const keys = keysOf({ ...NOTHING, phones: sames('phone'), emails: sames('email') })
  if (keys.length === 0) return []
  const others = await many<{ same: string }>(
    db,
    sql`select distinct case h ->> 'kind' when 'phone' then right(regexp_replace(coalesce(nullif(h ->> 'e164', ''), h ->> 'value'), '\\D', '', 'g'), 9) else lower(trim(h ->> 'value')) end as same
        from (
          select c.channels from counterparty c where c.id in (select counterparty_id from counterparty_match where keys && ${keys}::int[])
            and c.id <> all(${counterpartyIds}::uuid[]) and c.deleted_at is null
          union all select p.channels from contact_person p where p.id in (select person_id from contact_person_match where keys && ${keys}::int[])
            and p.id <> all(${contactPersonIds}::uuid[])
        ) o cross join lateral jsonb_array_elements(o.channels) h`,
  )
  const taken = new Set(others.map(({ same }) => same))
  return own.filter(({ same }) => !taken.has(same)).map(({ value }) => value)
}

/** What a request remembers of channels: whether they are the same, and nothing else. */
export const digestsOf = (requestId: string, channels: readonly string[]): string[] => channels.map((channel) => createHash('sha256').update(`${requestId} ${channel}`).digest('base64url'))
