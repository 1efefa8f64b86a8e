import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createPool, exec, many, one, sql, type Pool } from '@vitrylo/pg'
import { freshDatabase } from '@vitrylo/testkit'
import { pageOf, parseFilter, type Asker, type ListDefinition } from '../src/index.ts'
import { ME, NOW, randomFilter, randomThing, STATES, type Thing } from './model.ts'
import { randomOf } from './random.ts'

const SEED = Number(process.env.VITRYLO_SEED ?? 1991)
const ZONES = ['Europe/Kyiv', 'UTC', 'America/Sao_Paulo', 'Pacific/Auckland']
const things: Thing[] = []
let pool: Pool

const askerIn = (timeZone: string): Asker => ({
  now: NOW, timeZone, caller: { subject: 's', username: 'u', client: '', employeeId: ME, branchId: undefined, groups: [], now: Date.now, reach: () => undefined, limits: () => undefined, ground: () => undefined, standing: () => '' },
})

const list: ListDefinition = {
  id: sql`t.id`,
  fields: {
    title: { column: sql`t.title`, type: 'text' },
    nick: { column: sql`t.nick`, type: 'text', nullable: true },
    state: { column: sql`t.state`, type: 'word', words: STATES },
    ownerId: { column: sql`t.owner_id`, type: 'uuid', reference: 'employees', nullable: true },
    vip: { column: sql`t.vip`, type: 'boolean' },
    size: { column: sql`t.size`, type: 'number' },
    rank: { column: sql`t.rank`, type: 'number', nullable: true },
    amount: { column: sql`t.amount`, currency: sql`t.currency`, type: 'money', nullable: true },
    born: { column: sql`t.born`, type: 'date', nullable: true },
    at: { column: sql`t.at`, type: 'time' },
    doneAt: { column: sql`t.done_at`, type: 'time', nullable: true },
    tags: { column: sql`t.tags`, type: 'array' },
  },
  relations: {
    parts: {
      section: 'parts',
      fields: {
        state: { column: sql`k.state`, type: 'word', words: STATES },
        amount: { column: sql`k.amount`, currency: sql`k.currency`, type: 'money', nullable: true },
        at: { column: sql`k.at`, type: 'time' },
      },
      exists: (_asker, where) => sql`exists (select 1 from part k where k.thing_id = t.id and k.visible and ${where})`,
    },
  },
  orders: {
    title: { column: sql`t.title`, type: 'text' },
    size: { column: sql`t.size`, type: 'bigint' },
    at: { column: sql`t.at`, type: 'timestamptz' },
    rank: { column: sql`coalesce(t.rank, 'infinity'::numeric)`, type: 'numeric' },
    born: { column: sql`coalesce(t.born, 'infinity'::date)`, type: 'date' },
    doneAt: { column: sql`coalesce(t.done_at, 'infinity'::timestamptz)`, type: 'timestamptz' },
  },
  defaultOrder: 'title',
}

beforeAll(async () => {
  console.log(`seed of the filters: VITRYLO_SEED=${SEED}`)
  const r = randomOf(SEED)
  for (let n = 0; n < 500; n++) things.push(randomThing(r, `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`))
  pool = createPool({ url: await freshDatabase('lists'), name: 'test', max: 2 })
  await exec(pool, sql`create table thing (id uuid primary key, title text collate "uk-UA-x-icu" not null, nick text, state text not null, owner_id uuid,
    amount numeric, currency text, size int not null, rank numeric, vip boolean not null, born date, at timestamptz not null, done_at timestamptz, tags text[] not null)`)
  await exec(pool, sql`create table part (thing_id uuid not null, state text not null, amount numeric, currency text, at timestamptz not null, visible boolean not null)`)
  await exec(pool, sql`create index part_thing on part (thing_id)`)
  const rows = things.map(({ ownerId, doneAt, ...thing }) => ({ ...thing, owner_id: ownerId, done_at: doneAt }))
  await exec(pool, sql`insert into thing select * from jsonb_populate_recordset(null::thing, ${JSON.stringify(rows)}::jsonb)`)
  const parts = things.flatMap(({ id, parts: own }) => own.map((part) => ({ ...part, thing_id: id })))
  await exec(pool, sql`insert into part select * from jsonb_populate_recordset(null::part, ${JSON.stringify(parts)}::jsonb)`)
})

afterAll(() => pool?.end())

const BATCH = 25

// Seen failing, one at a time: `negated` lost below AND (resolve.ts); a negated order without "or is null" (filter.ts);
// `%` and `_` not escaped; AND binding closer than OR (syntax.ts); days cut at midnight of UTC; `k.visible` left out.
test('5,000 random filters find the same as their meaning written down apart', async () => {
  const r = randomOf(SEED + 1)
  let found = 0
  for (let done = 0; done < 5_000; done += BATCH) {
    const filters = Array.from({ length: BATCH }, () => {
      const zone = r.pick(ZONES)
      return { zone, ...randomFilter(r, zone) }
    })
    const columns = filters.map(({ text, zone }, n) => sql`array_agg(t.id order by t.id) filter (where ${parseFilter(text, list, askerIn(zone))}) as ${NAMES[n]!}`)
    const row = (await one<Record<string, string[] | null>>(pool, sql`select ${sql.join(columns)} from thing t`))!
    for (const [n, { text, zone, holds }] of filters.entries()) {
      const wanted = things.filter((thing) => holds(thing)).map(({ id }) => id)
      const got = row[`f${n}`] ?? []
      if (got.join() !== wanted.join()) throw new Error(`seed ${SEED}, ${zone}: ${text}\nfound ${got.length}, meant ${wanted.length}: ${differing(got, wanted)}`)
      found += got.length
    }
  }
  // Filters that find nothing, or all, would prove little.
  expect(found / (5_000 * things.length)).toBeGreaterThan(0.15)
  expect(found / (5_000 * things.length)).toBeLessThan(0.85)
})

const NAMES = Array.from({ length: BATCH }, (_, n) => sql([`f${n}`]))

function differing(got: readonly string[], wanted: readonly string[]): string {
  const odd = [...got.filter((id) => !wanted.includes(id)), ...wanted.filter((id) => !got.includes(id))].slice(0, 2)
  return JSON.stringify(things.filter(({ id }) => odd.includes(id)))
}

const ORDERS = Object.keys(list.orders)

// Seen failing: the bound of the first field made strict, the tie by id left out, null instead of 'infinity'.
test('pages joined give every row once and in order, whatever fields, directions and absent values', async () => {
  const r = randomOf(SEED + 2)
  for (let n = 0; n < 60; n++) {
    const names = [...ORDERS].sort(() => r.below(3) - 1).slice(0, 1 + r.below(3))
    const orderBy = names.map((name) => `${name}${r.pick(['', ' desc', ' asc'])}`).join(r.pick([',', ', ']))
    const pageSize = 20 + r.below(200)
    const ids: string[] = []
    let pageToken = ''
    do {
      const page = pageOf(list, { pageSize, pageToken, orderBy, filter: 'size<4' }, askerIn('UTC'))
      const rows = await many<{ id: string; page_key: string }>(
        pool,
        sql`select t.id, ${page.pageKey} as page_key from thing t where ${page.where} order by ${page.orderBy} limit ${page.limit}`,
      )
      const { rows: own, nextPageToken } = page.finish(rows)
      ids.push(...own.map(({ id }) => id))
      pageToken = nextPageToken
    } while (pageToken !== '')
    const { orderBy: whole } = pageOf(list, { pageSize: 1, pageToken: '', orderBy, filter: '' })
    const all = await many<{ id: string }>(pool, sql`select t.id from thing t where t.size < 4 order by ${whole}`)
    expect({ orderBy, ids }).toEqual({ orderBy, ids: all.map(({ id }) => id) })
  }
})
