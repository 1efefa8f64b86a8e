import { createHash } from 'node:crypto'
import { exec, many, sql, type Db, type Tx } from '@vitrylo/pg'

/** A share as it is kept beside its record. */
export type GivenShare = { holder: string; action: string; until: Date | null; givenBy: string; givenAt: Date }

export const sharesOf = (db: Db, section: string, recordId: string): Promise<GivenShare[]> =>
  many<GivenShare>(
    db,
    sql`select holder, action, until_at as "until", given_by as "givenBy", given_at as "givenAt"
        from record_share where section = ${section} and record_id = ${recordId} order by holder`,
  )

/** Tells one state of a record's shares from another. */
export const etagOfShares = (shares: readonly GivenShare[]): string =>
  createHash('sha256').update(JSON.stringify(shares.map(({ holder, action, until }) => [holder, action, until]))).digest('base64url').slice(0, 16)

/** Of two who set the shares of a record at once the second sees what the first left. */
export const lockShares = (tx: Tx, section: string, ...recordIds: readonly string[]): Promise<unknown> =>
  exec(tx, sql`select pg_advisory_xact_lock(hashtextextended(r.name, 61)) from unnest(${recordIds.toSorted().map((id) => `${section} ${id}`)}::text[]) as r (name)`)

/** What is there already keeps who gave it and when. Every copy of the rights in this service hears of it. */
export async function replaceShares(tx: Tx, section: string, recordId: string, shares: readonly GivenShare[]): Promise<void> {
  const holders = shares.map(({ holder }) => holder)
  await exec(tx, sql`delete from record_share where section = ${section} and record_id = ${recordId} and holder <> all(${holders}::text[])`)
  await exec(
    tx,
    sql`insert into record_share as s (section, record_id, holder, action, until_at, given_by, given_at)
        select ${section}, ${recordId}::uuid, * from unnest(${holders}::text[], ${shares.map(({ action }) => action)}::text[],
          ${shares.map(({ until }) => until)}::timestamptz[], ${shares.map(({ givenBy }) => givenBy)}::text[],
          ${shares.map(({ givenAt }) => givenAt)}::timestamptz[])
        on conflict (section, record_id, holder) do update
          set action = excluded.action, until_at = excluded.until_at, given_by = excluded.given_by, given_at = excluded.given_at
          where (s.action, s.until_at) is distinct from (excluded.action, excluded.until_at)`,
  )
  await exec(tx, sql`update rights_version set version = version + 1`)
}
