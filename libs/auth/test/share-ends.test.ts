// Ends of shares in the copy of the rights: the next one of each holder, however many there are.
// Seen failing with the copy read at a new version alone (the second end was never known), and without `at >= readAt`.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createPool, exec, many, migrate, sql, type Pool } from '@vitrylo/pg'
import { freshDatabase } from '@vitrylo/testkit'
import { callerOf, rightsMigrations, startRightsStore } from '../src/index.ts'

const T0 = Date.parse('2026-03-02T09:00:00Z')
const HOUR = 3_600_000

let pool: Pool
beforeAll(async () => {
  const url = await freshDatabase()
  pool = createPool({ url, name: 'test', max: 2 })
  await migrate(url, [rightsMigrations])
})
afterAll(() => pool?.end())

const given = (holder: string, ends: number, firstAt: number) =>
  exec(
    pool,
    sql`insert into record_share (section, record_id, holder, action, until_at, given_by, given_at)
        select 'things', gen_random_uuid(), ${holder}, 'view', ${new Date(firstAt)}::timestamptz + n * interval '1 hour', 'x', now() from generate_series(0, ${ends - 1}) n`,
  )

test('every end moves the standing of its holder, though nothing is told of it, and also after the clock was put back', async () => {
  await given('red', 11_000, T0 + HOUR)
  await given('green', 1, T0 + 30 * HOUR)
  await exec(pool, sql`insert into share_holder (holder, version) values ('red', 1), ('green', 1)`)
  let now = T0
  const store = await startRightsStore(pool, { warn() {} }, () => now)
  const claims = { subject: 's', username: 'm', client: '', sessionId: undefined, expiresAt: 0 }
  const standing = async (group: string): Promise<string> => {
    await store.refresh()
    return callerOf(store.data(), { ...claims, groups: [group] }, () => now).standing()
  }
  try {
    expect([...store.data().holdings]).toEqual([['red', { version: 1, nextEnd: T0 + HOUR }], ['green', { version: 1, nextEnd: T0 + 30 * HOUR }]])
    const seen = new Set<string>()
    for (const hours of [0, 0.5, 1, 1.5, 2, 3]) {
      now = T0 + hours * HOUR
      seen.add(await standing('red'))
    }
    expect(seen.size).toBe(4)
    const green = await standing('green')
    now = T0 + 40 * HOUR
    expect(await standing('green')).not.toBe(green)
    now = T0
    expect(await standing('green')).toBe(green)
  } finally {
    store.stop()
  }
})

test('the next ends of all holders are found by an index', async () => {
  await exec(pool, sql`analyze record_share, share_holder`)
  const plan = await many<{ 'QUERY PLAN': string }>(
    pool,
    sql`explain select (select s.until_at from record_share s where s.holder = h.holder and s.until_at > ${new Date(T0)} order by s.until_at limit 1) from share_holder h`,
  )
  expect(JSON.stringify(plan)).toContain('record_share_end')
})
