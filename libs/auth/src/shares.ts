import { createHash } from 'node:crypto'
import { exec, many, one, sql, type Db, type Tx } from '@vitrylo/pg'

/** A share as it is kept beside its record. */
export type GivenShare = { holder: string; action: string; until: Date | null; givenBy: string; givenAt: Date }

export const sharesOf = (db: Db, section: string, recordId: string): Promise<GivenShare[]> => sharesOfAll(db, section, [recordId])

/** Of several records, each with its `recordId`. */
export const sharesOfAll = (db: Db, section: string, recordIds: readonly string[]): Promise<(GivenShare & { recordId: string })[]> =>
  many(
    db,
    sql`select record_id as "recordId", holder, action, until_at as "until", given_by as "givenBy", given_at as "givenAt"
        from record_share where section = ${section} and record_id = any(${recordIds}::uuid[]) order by record_id, holder`,
  )

/** Tells one state of a record's shares from another. */
export const etagOfShares = (shares: readonly GivenShare[]): string =>
  createHash('sha256').update(JSON.stringify(shares.map(({ holder, action, until }) => [holder, action, until]))).digest('base64url').slice(0, 16)

/** Of two who set the shares of a record at once the second sees what the first left. */
export const lockShares = (tx: Tx, section: string, ...recordIds: readonly string[]): Promise<unknown> =>
  exec(tx, sql`select pg_advisory_xact_lock(hashtextextended(r.name, 61)) from unnest(${recordIds.toSorted().map((id) => `${section} ${id}`)}::text[]) as r (name)`)

/** Whose shares of a record have changed. `added`: had none of it before. */
export type ChangedHolder = { holder: string; added: boolean }

/** What is there already keeps who gave it and when. Every copy of the rights in this service hears of it. */
export async function replaceShares(tx: Tx, section: string, recordId: string, shares: readonly GivenShare[]): Promise<ChangedHolder[]> {
  const holders = shares.map(({ holder }) => holder)
  const changed = await many<ChangedHolder>(
    tx,
    sql`with gone as (
          delete from record_share where section = ${section} and record_id = ${recordId} and holder <> all(${holders}::text[]) returning holder
        ), put as (
          insert into record_share as s (section, record_id, holder, action, until_at, given_by, given_at)
          select ${section}, ${recordId}::uuid, * from unnest(${holders}::text[], ${shares.map(({ action }) => action)}::text[],
            ${shares.map(({ until }) => until)}::timestamptz[], ${shares.map(({ givenBy }) => givenBy)}::text[],
            ${shares.map(({ givenAt }) => givenAt)}::timestamptz[])
          on conflict (section, record_id, holder) do update
            set action = excluded.action, until_at = excluded.until_at, given_by = excluded.given_by, given_at = excluded.given_at
            where (s.action, s.until_at) is distinct from (excluded.action, excluded.until_at)
          returning holder, xmax = 0 as added
        ) select holder, added from put union all select holder, false from gone`,
  )
  await holdersMoved(tx, changed.map(({ holder }) => holder))
  return changed
}

/** Those who hold something else now than they did: every copy of the rights in this service hears of it. */
export async function holdersMoved(tx: Tx, holders: readonly string[]): Promise<void> {
  if (holders.length === 0) return
  await exec(tx, sql`update rights_version set version = version + 1`)
  // Behind the row above, which everybody who comes here holds: in no order can two of them wait for each other.
  await exec(
    tx,
    sql`insert into share_holder as h (holder, version) select distinct unnest(${holders}::text[]), 1
        on conflict (holder) do update set version = h.version + 1`,
  )
}

/** The next revision of each record's shares: above the former one whatever the clock says. Under `lockShares`, where the shares are given. */
export async function nextRevisions(tx: Tx, section: string, recordIds: readonly string[], now: Date): Promise<ReadonlyMap<string, number>> {
  const rows = await many<{ id: string; revision: number }>(
    tx,
    sql`insert into record_share_revision as r (section, record_id, revision) select ${section}, unnest(${recordIds.toSorted()}::uuid[]), ${now.getTime()}
        on conflict (section, record_id) do update set revision = greatest(r.revision + 1, excluded.revision) returning record_id as id, revision`,
  )
  return new Map(rows.map(({ id, revision }) => [id, revision]))
}

/** Whether what is told is news; what came late, or a second time, is none. Under `lockShares`, where shares are copied. */
export const isNewRevision = async (tx: Tx, section: string, recordId: string, revision: number): Promise<boolean> =>
  (await one(
    tx,
    sql`insert into record_share_revision as r (section, record_id, revision) values (${section}, ${recordId}, ${revision})
        on conflict (section, record_id) do update set revision = excluded.revision where r.revision < excluded.revision returning 1 as yes`,
  )) !== undefined
