import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { rightsMigrations } from '@vitrylo/auth'
import { eventMigrations } from '@vitrylo/events'
import { createPool, many, sql, type Pool } from '@vitrylo/pg'
import { callMigrations } from '@vitrylo/service'
import { freshDatabase, until } from '@vitrylo/testkit'
import { telephony } from '../src/index.ts'
import { startLinks } from '../src/pbx/links.ts'

let pool: Pool
beforeAll(async () => {
  pool = createPool({ url: await freshDatabase('links', [eventMigrations, rightsMigrations, callMigrations, ...telephony.sharedMigrations!, { dir: telephony.migrations, table: 'migrations' }]), name: 'test', max: 4 })
})
afterAll(() => pool.end())

// Seen failing with the forgetting left to itself: the stop was through while the delete still waited for the table.
test('the end waits for old events that are being forgotten', async () => {
  const other = await pool.connect()
  await other.query('begin')
  await other.query('lock table pbx_event in access exclusive mode')
  const stop = await startLinks({ pool, env: { VITRYLO_SECRETS_KEY: 'a key for tests only, of 32 letters' }, now: () => new Date(), log: { warn() {} } } as never)
  const waits = () => many(pool, sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like 'delete from pbx_event%'`)
  let isThrough = false
  let ending: Promise<unknown> | undefined
  try {
    await until(async () => (await waits()).length === 1)
    ending = stop().then(() => (isThrough = true))
    // The lock of the links is given back first: somebody else takes over meanwhile.
    await until(async () => (await many(pool, sql`select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`)).length === 0)
    await pool.query('select 1')
    expect([isThrough, (await waits()).length]).toEqual([false, 1])
  } finally {
    await other.query('rollback')
    other.release()
  }
  await ending
  expect(await waits()).toEqual([])
})
