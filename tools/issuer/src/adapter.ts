import { exec, one, sql } from '@vitrylo/pg'
import type { Pool, Sql } from '@vitrylo/pg'
import { errors } from 'oidc-provider'

type Payload = Record<string, unknown> & {
  grantId?: string
  uid?: string
  accountId?: string
  userCode?: string
  /** Of a session: revision of the password that opened it; none of one that a release before this has opened. */
  acr?: string
}
type Row = { payload: Payload; consumed: number | null }

/** Where oidc-provider keeps its state, one instance for each of its models. */
export function postgresAdapter(pool: Pool) {
  return class {
    readonly model: string

    constructor(model: string) {
      this.model = model
    }

    async upsert(id: string, payload: Payload, expiresIn?: number): Promise<void> {
      const { grantId = null, uid = null, accountId = null, userCode = null, acr = '0' } = payload
      const holds = this.model === 'Session' && accountId !== null ? opens(accountId, acr) : sql`true`
      const { rowCount } = await exec(
        pool,
        sql`insert into oidc_records (model, id, payload, grant_id, uid, account_id, user_code, expires_at)
            select ${this.model}, ${id}, ${JSON.stringify(payload)}::jsonb, ${grantId}, ${uid}, ${accountId}, ${userCode},
              now() + make_interval(secs => ${expiresIn ?? null}::float8)
            where ${holds}
            on conflict (model, id) do update set payload = excluded.payload, grant_id = excluded.grant_id,
              uid = excluded.uid, account_id = excluded.account_id, user_code = excluded.user_code,
              expires_at = excluded.expires_at`,
      )
      if (rowCount !== 1) throw new errors.SessionNotFound('the password was changed meanwhile, or the user disabled')
    }

    find(id: string): Promise<Payload | undefined> {
      return this.#get(sql`id = ${id}`)
    }

    findByUid(uid: string): Promise<Payload | undefined> {
      return this.#get(sql`uid = ${uid}`)
    }

    findByUserCode(userCode: string): Promise<Payload | undefined> {
      return this.#get(sql`user_code = ${userCode}`)
    }

    async #get(which: Sql): Promise<Payload | undefined> {
      const row = await one<Row>(
        pool,
        sql`select payload, extract(epoch from consumed_at)::int8 as consumed
            from oidc_records where model = ${this.model} and ${which} and (model <> 'Client' or expires_at is null or expires_at > now())
            order by expires_at desc nulls last limit 1`, // two tabs may leave two rows of one session
      )
      if (!row) return undefined
      return row.consumed === null ? row.payload : { ...row.payload, consumed: row.consumed }
    }

    /** The library reads before it consumes; of two requests with one code or refresh token only the first may win. */
    async consume(id: string): Promise<void> {
      const { rowCount } = await exec(
        pool,
        sql`update oidc_records set consumed_at = now() where model = ${this.model} and id = ${id} and consumed_at is null`,
      )
      if (rowCount !== 1) throw new errors.InvalidGrant('already used')
    }

    async destroy(id: string): Promise<void> {
      await exec(pool, sql`delete from oidc_records where model = ${this.model} and id = ${id}`)
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      await exec(pool, sql`delete from oidc_records where model = ${this.model} and grant_id = ${grantId}`)
    }
  }
}

/**
 * The user may still sign in, and by this password. Who is just changing it is waited for; who changes it later finds the
 * session and ends it: no sign-in under way slips between the two.
 */
const opens = (accountId: string, revision: string): Sql =>
  sql`exists (select from users where id = ${accountId}::uuid and password_revision = ${revision}::int and not disabled for share)`
