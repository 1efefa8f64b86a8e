import { scopeOf, type Caller } from '@vitrylo/auth'
import { exec, many, one, sql, type Db, type Sql, type Tx } from '@vitrylo/pg'

export type Party = {
  id: string
  kind: 'counterparty' | 'person'
  name: string
  counterpartyIds: string[]
  branchId: string | undefined
  responsibleId: string | undefined
  deleted: boolean
  revision: number
  /** E.164. */
  phones: string[]
}

/** Somebody whom a number may belong to. */
export type Match = { counterpartyId: string; contactPersonId: string | null; reason: 'exact' | 'maybe' }

const MAX_MATCHES = 10
const last9 = (number: string): string => number.slice(-9)

/** Takes over what contacts says of parties, each given once; an older revision changes nothing. */
export async function saveParties(tx: Tx, parties: readonly Party[]): Promise<void> {
  const column = <V>(value: (party: Party) => V) => parties.map(value)
  const saved = await many<{ id: string }>(
    tx,
    sql`insert into party (id, kind, name, counterparty_ids, branch_id, responsible_id, deleted, revision)
        select p.id, p.kind, p.name, array(select jsonb_array_elements_text(p.counterparty_ids::jsonb))::uuid[], p.branch_id,
          p.responsible_id, p.deleted, p.revision
        from unnest(
          ${column((p) => p.id)}::uuid[], ${column((p) => p.kind)}::text[], ${column((p) => p.name)}::text[],
          ${column((p) => JSON.stringify(p.counterpartyIds))}::text[], ${column((p) => p.branchId ?? null)}::uuid[],
          ${column((p) => p.responsibleId ?? null)}::uuid[], ${column((p) => p.deleted)}::boolean[], ${column((p) => p.revision)}::bigint[]
        ) as p (id, kind, name, counterparty_ids, branch_id, responsible_id, deleted, revision)
        on conflict (id) do update set name = excluded.name, counterparty_ids = excluded.counterparty_ids,
          branch_id = excluded.branch_id, responsible_id = excluded.responsible_id, deleted = excluded.deleted,
          revision = excluded.revision
          where party.revision < excluded.revision
        returning id`,
  )
  const ids = new Set(saved.map(({ id }) => id))
  if (ids.size > 0) await savePhones(tx, parties.filter(({ id }) => ids.has(id)))
}

async function savePhones(tx: Tx, parties: readonly Party[]): Promise<void> {
  const phones = parties.flatMap(({ id, deleted, phones }) => (deleted ? [] : phones).map((e164) => ({ id, e164 })))
  const ids = phones.map(({ id }) => id)
  const numbers = phones.map(({ e164 }) => e164)
  await exec(
    tx,
    sql`with wanted as (select distinct * from unnest(${ids}::uuid[], ${numbers}::text[]) as w (party_id, e164)),
          gone as (
            delete from party_phone ph where ph.party_id = any(${parties.map(({ id }) => id)}::uuid[])
              and not exists (select from wanted w where w.party_id = ph.party_id and w.e164 = ph.e164)
          )
        insert into party_phone (party_id, e164, last9)
        select party_id, e164, right(e164, 9) from wanted on conflict do nothing`,
  )
}

/** Leaves nothing but the id and the revision: what comes late brings nobody back. */
export const removePerson = (tx: Tx, id: string, revision: number): Promise<void> =>
  saveParties(tx, [{ id, kind: 'person', name: '', counterpartyIds: [], branchId: undefined, responsibleId: undefined, deleted: true, revision, phones: [] }])

/**
 * Who has this number: the same in E.164, else the same last nine digits. A person stands for
 * each organisation; those of one that was merged for the one that it went into, whichever event came first.
 */
export async function matchesOf(db: Db, e164: string): Promise<Match[]> {
  const exact = await matchesBy(db, sql`ph.e164 = ${e164}`)
  if (exact.length > 0) return exact.map((match) => ({ ...match, reason: 'exact' }))
  const digits = last9(e164)
  if (digits.length < 9) return []
  return (await matchesBy(db, sql`ph.last9 = ${digits}`)).map((match) => ({ ...match, reason: 'maybe' }))
}

function matchesBy(db: Db, condition: ReturnType<typeof sql>): Promise<Omit<Match, 'reason'>[]> {
  return many(
    db,
    sql`select distinct c.id as "counterpartyId", case when p.kind = 'person' then p.id end as "contactPersonId"
        from party_phone ph
        join party p on p.id = ph.party_id and not p.deleted
        cross join lateral unnest(p.counterparty_ids) as place (id)
        left join party_alias a on a.merged_id = place.id
        join party c on c.id = coalesce(a.survivor_id, place.id) and c.kind = 'counterparty' and not c.deleted
        where ${condition}
        order by 2 nulls last, 1 limit ${MAX_MATCHES}`,
  )
}

export type Named = { id: string; name: string }

const SECTION_OF: Record<Party['kind'], string> = { counterparty: 'counterparties', person: 'contact-persons' }

const visible = (caller: Caller, kind: Party['kind']): Sql =>
  sql`(p.kind = ${kind} and ${scopeOf(caller, SECTION_OF[kind], 'view', { branch: sql`p.branch_id`, owner: sql`p.responsible_id` })})`

/** Names of those parties that the caller may see, by id. */
export async function visibleNames(
  db: Db,
  caller: Caller,
  ids: readonly string[],
  kinds: readonly Party['kind'][] = ['counterparty', 'person'],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const seen = sql.join(kinds.map((kind) => visible(caller, kind)), ' or ')
  const rows = await many<Named>(db, sql`select p.id, p.name from party p where p.id = any(${ids}::uuid[]) and (${seen}) and not (p.kind = 'person' and p.deleted)
      and not exists (select from party_alias a where a.merged_id = p.id)`)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Also of one whose organisation was merged into that counterparty. */
export async function isPersonOf(db: Db, id: string, counterpartyId: string): Promise<boolean> {
  const row = await one(
    db,
    sql`select p.id from party p cross join lateral unnest(p.counterparty_ids) as place (id)
        left join party_alias a on a.merged_id = place.id
        where p.id = ${id} and p.kind = 'person' and coalesce(a.survivor_id, place.id) = ${counterpartyId}`,
  )
  return row !== undefined
}

/** Some phone of a counterparty of the branch that the caller may see: what a test call shows as its caller. */
export async function somePhone(db: Db, caller: Caller, branchId: string): Promise<string | undefined> {
  const scope = scopeOf(caller, 'counterparties', 'view', { branch: sql`p.branch_id`, owner: sql`p.responsible_id` })
  const row = await one<{ e164: string }>(
    db,
    sql`select ph.e164 from party p join party_phone ph on ph.party_id = p.id
        where p.branch_id = ${branchId} and p.kind = 'counterparty' and not p.deleted and ${scope} order by p.id limit 1`,
  )
  return row?.e164
}

/** Their phones go with them. */
export async function clearParties(tx: Tx): Promise<void> {
  await exec(tx, sql`delete from party`)
}
