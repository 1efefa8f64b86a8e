import { scopeOf, type Caller } from '@vitrylo/auth'
import { etagMismatch, notFound } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { pageOf, type Asker, type ListDefinition, type ListRequest } from '@vitrylo/lists'
import { exec, many, one, sql, type Db, type Pool, type Tx } from '@vitrylo/pg'
import { IntegrationAccountChangedEvent } from '@vitrylo/proto/events.ts'
import type { IntegrationAccount } from '@vitrylo/proto/vitrylo/directory/v1/integration_account.ts'
import { remembered, type Among } from '@vitrylo/service'
import { explained } from '../constraints.ts'
import { assertMayGive } from './assert-may-give.ts'

type Key = { clientId: string; createTime: string; expireTime: string | null; external: boolean }

type Row = {
  id: string
  name: string
  owner_id: string
  groups: string[]
  scopes: string[]
  requests_per_minute: number
  expires_at: Date | null
  revoked_at: Date | null
  revision: number
  created_at: Date
  updated_at: Date
  keys: Key[]
}

const columns = sql`a.id, a.name, a.owner_id, a.groups, a.scopes, a.requests_per_minute, a.expires_at, a.revoked_at, a.revision, a.created_at, a.updated_at,
  (select coalesce(jsonb_agg(jsonb_build_object('clientId', k.client_id, 'createTime', k.created_at, 'expireTime', k.expires_at, 'external', k.secret_hash is null)
     order by k.created_at desc, k.client_id), '[]') from integration_key k where k.account_id = a.id) as keys`

const fromRow = (row: Row): IntegrationAccount => ({
  id: row.id,
  etag: String(row.revision),
  createTime: row.created_at,
  updateTime: row.updated_at,
  name: row.name,
  ownerId: row.owner_id,
  groups: row.groups,
  scopes: row.scopes,
  requestsPerMinute: row.requests_per_minute,
  expireTime: row.expires_at ?? undefined,
  revokeTime: row.revoked_at ?? undefined,
  keys: row.keys.map(({ clientId, createTime, expireTime, external }) => ({
    clientId,
    createTime: new Date(createTime),
    expireTime: expireTime === null ? undefined : new Date(expireTime),
    external,
  })),
})

// Accounts belong to no branch, as groups do: only a right on all of them reaches one.
const scope = (caller: Caller, action: string) => scopeOf(caller, 'rights', action, { branch: sql`null::uuid`, owner: sql`null::uuid` })

const list: ListDefinition = {
  id: sql`a.id`,
  fields: {
    name: { column: sql`a.name`, type: 'text' },
    ownerId: { column: sql`a.owner_id`, type: 'uuid', reference: 'employees' },
    groups: { column: sql`a.groups`, type: 'array' },
    revoked: { column: sql`(a.revoked_at is not null)`, type: 'boolean' },
  },
  orders: { name: { column: sql`a.name`, type: 'text' }, updateTime: { column: sql`a.updated_at`, type: 'timestamptz' } },
  defaultOrder: 'name',
}

export async function getIntegrationAccount(db: Db, caller: Caller, id: string): Promise<IntegrationAccount> {
  const row = await one<Row>(db, sql`select ${columns} from integration_account a where a.id = ${id} and ${scope(caller, 'view')}`)
  if (row === undefined) throw notFound('integration-account', id)
  return fromRow(row)
}

export async function listIntegrationAccounts(pool: Pool, asker: Asker, request: ListRequest) {
  const page = pageOf(list, request, asker)
  const { rows, nextPageToken } = await page.read<Row>(
    pool,
    sql`select ${columns}, ${page.pageKey} as page_key from integration_account a
        where ${scope(asker.caller, 'view')} and ${page.where} order by ${page.orderBy} limit ${page.limit}`,
  )
  return { integrationAccounts: rows.map(fromRow), nextPageToken }
}

/** Locks one for a change; an etag that is given must be the present one. */
export async function lockIntegrationAccount(tx: Tx, caller: Caller, id: string, etag: string): Promise<IntegrationAccount> {
  assertMayGive(caller)
  const row = await one<Row>(tx, sql`select ${columns} from integration_account a where a.id = ${id} and ${scope(caller, 'manage')} for update of a`)
  if (row === undefined) throw notFound('integration-account', id)
  if (etag !== '' && etag !== String(row.revision)) throw etagMismatch('integration-account', id)
  return remembered(fromRow(row))
}

/** Locks some of those that somebody answers for. */
export async function integrationAccountsOf(tx: Tx, ownerId: string, most: number, among: Among): Promise<IntegrationAccount[]> {
  const rows = await many<Row>(tx, sql`select ${columns} from integration_account a where a.owner_id = ${ownerId} and a.revoked_at is null and ${among(sql`a.id`)} order by a.id limit ${most} for update of a`)
  return rows.map((row) => remembered(fromRow(row)))
}

export async function insertIntegrationAccount(tx: Tx, a: IntegrationAccount, now: Date): Promise<IntegrationAccount> {
  const row = await explained(
    one<Row>(
      tx,
      sql`insert into integration_account as a (id, name, owner_id, groups, scopes, requests_per_minute, expires_at, revision, created_at, updated_at)
          values (${a.id}, ${a.name}, ${a.ownerId}, ${a.groups}, ${a.scopes}, ${a.requestsPerMinute}, ${a.expireTime ?? null}, 1, ${now}, ${now})
          returning ${columns}`,
    ),
  )
  return publish(tx, fromRow(row!))
}

/** Also after its keys were changed: every service hears of the whole account. */
export async function saveIntegrationAccount(tx: Tx, a: IntegrationAccount, now: Date): Promise<IntegrationAccount> {
  const row = await explained(
    one<Row>(
      tx,
      sql`update integration_account a set name = ${a.name}, owner_id = ${a.ownerId}, groups = ${a.groups}, scopes = ${a.scopes},
            requests_per_minute = ${a.requestsPerMinute}, expires_at = ${a.expireTime ?? null}, revoked_at = ${a.revokeTime ?? null},
            revision = revision + 1, updated_at = ${now}
          where id = ${a.id} returning ${columns}`,
    ),
  )
  return publish(tx, fromRow(row!))
}

export type NewKey = { clientId: string; secretHash: string | undefined; overlapMs: number }

/** The keys before it end when the overlap has passed, unless they end earlier anyway. */
export async function replaceKey(tx: Tx, accountId: string, { clientId, secretHash, overlapMs }: NewKey, now: Date): Promise<void> {
  const end = new Date(now.getTime() + overlapMs)
  await exec(tx, sql`update integration_key set expires_at = least(expires_at, ${end}) where account_id = ${accountId}`)
  await explained(
    exec(
      tx,
      sql`insert into integration_key (client_id, account_id, secret_hash, created_at) values (${clientId}, ${accountId}, ${secretHash ?? null}, ${now})`,
    ),
  )
}

async function publish(tx: Tx, integrationAccount: IntegrationAccount): Promise<IntegrationAccount> {
  const { id, etag } = integrationAccount
  const keys = await many<{ client_id: string; secret_hash: string }>(
    tx,
    sql`select client_id, secret_hash from integration_key where account_id = ${id} and secret_hash is not null`,
  )
  const secretHashes = Object.fromEntries(keys.map((key) => [key.client_id, key.secret_hash]))
  await appendOutbox(tx, [{ type: IntegrationAccountChangedEvent, key: id, revision: Number(etag), data: { integrationAccount, secretHashes } }])
  return integrationAccount
}
