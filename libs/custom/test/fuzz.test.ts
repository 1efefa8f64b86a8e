import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { CustomField, CustomKind } from '@vitrylo/auth'
import { pageOf, parseFilter, type Asker, type ListDefinition } from '@vitrylo/lists'
import { createPool, exec, many, migrate, one, sql, type Pool } from '@vitrylo/pg'
import { freshDatabase } from '@vitrylo/testkit'
import { ME, NOW, randomFilter, randomThing, STATES, TAGS, type Thing } from '../../lists/test/model.ts'
import { randomOf } from '../../lists/test/random.ts'
import { customColumns } from '../src/columns.ts'
import { customMigrations } from '../src/index.ts'
import { wantedIndexes } from '../src/indexes.ts'

const SEED = Number(process.env.VITRYLO_SEED ?? 1991)
const things: Thing[] = []
let pool: Pool

const asker: Asker = {
  now: NOW, timeZone: 'Europe/Kyiv', caller: { subject: 's', username: 'u', employeeId: ME, branchId: undefined, groups: [], now: Date.now, reach: () => undefined, limits: () => undefined, ground: () => undefined, standing: () => '' },
}

const option = (word: string) => ({ word, label: { uk: word, en: word }, archived: false })
const field = (name: string, kind: CustomKind, more: Partial<CustomField> = {}): CustomField => ({
  id: name, resource: 'counterparties', name, kind, label: { uk: name, en: name }, options: [], required: false, unique: false, visibleWhen: [],
  position: 0, searchable: false, filterable: true, archived: false, linkTo: '', ...more,
})

// What the model knows as columns stands here in one column of JSON; its names go without `custom.`, as the model writes them.
const FIELDS = [
  field('title', 'text'), field('nick', 'text'), field('state', 'choice', { options: STATES.map(option) }), field('owner', 'link', { linkTo: 'employees' }),
  field('vip', 'flag'), field('size', 'number'), field('rank', 'number'), field('amount', 'money'), field('born', 'date'),
  field('tags', 'choices', { options: TAGS.map(option) }),
]
const custom = customColumns(FIELDS, 't.')
const bare = <V>(of: Readonly<Record<string, V>>) => Object.fromEntries(Object.entries(of).map(([name, value]) => [name.replace('custom.', ''), value]))
const { owner, ...own } = bare(custom.fields)
const list: ListDefinition = {
  id: sql`t.id`,
  fields: {
    ...own, ownerId: owner!,
    // The model asks for tags that no option has: what a filter may ask for is not what is tried here.
    tags: { ...own.tags!, words: undefined },
    at: { column: sql`t.at`, type: 'time' }, doneAt: { column: sql`t.done_at`, type: 'time', nullable: true },
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
  orders: { ...bare(custom.orders) },
  defaultOrder: 'size',
}

const valuesOf = ({ title, nick, state, ownerId, vip, size, rank, amount, currency, born, tags }: Thing): object => {
  const sum = amount === null ? null : { amount: String(amount), currency }
  return Object.fromEntries(Object.entries({ title, nick, state, owner: ownerId, vip, size, rank, amount: sum, born, tags }).filter(([, value]) => value !== null))
}

beforeAll(async () => {
  console.log(`seed of the custom filters: VITRYLO_SEED=${SEED}`)
  const r = randomOf(SEED)
  for (let n = 0; n < 400; n++) things.push(randomThing(r, `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`))
  const url = await freshDatabase('custom')
  await migrate(url, [customMigrations])
  pool = createPool({ url, name: 'test', max: 2 })
  await exec(pool, sql`create table thing (id uuid primary key, at timestamptz not null, done_at timestamptz, custom jsonb not null)`)
  await exec(pool, sql`create table part (thing_id uuid not null, state text not null, amount numeric, currency text, at timestamptz not null, visible boolean not null)`)
  const rows = things.map((thing) => ({ id: thing.id, at: thing.at, done_at: thing.doneAt, custom: valuesOf(thing) }))
  await exec(pool, sql`insert into thing select * from jsonb_populate_recordset(null::thing, ${JSON.stringify(rows)}::jsonb)`)
  const parts = things.flatMap(({ id, parts: of }) => of.map((part) => ({ ...part, thing_id: id })))
  await exec(pool, sql`insert into part select * from jsonb_populate_recordset(null::part, ${JSON.stringify(parts)}::jsonb)`)
  for (const one of FIELDS) for (const { statement } of wantedIndexes(one, { table: 'thing' })) await pool.query(statement)
  await exec(pool, sql`analyze thing`)
})

afterAll(() => pool?.end())

const BATCH = 25

// Seen failing, one at a time: `nullable` left out of factsOfField; the day read by its year and month alone; `custom_words`
// giving one word.
test('2,000 random filters over custom fields find the same as their meaning written down apart', async () => {
  const r = randomOf(SEED + 1)
  let found = 0
  for (let done = 0; done < 2_000; done += BATCH) {
    const filters = Array.from({ length: BATCH }, () => randomFilter(r, 'Europe/Kyiv'))
    const columns = filters.map(({ text }, n) => sql`array_agg(t.id order by t.id) filter (where ${parseFilter(text, list, asker)}) as ${sql([`f${n}`])}`)
    const row = (await one<Record<string, string[] | null>>(pool, sql`select ${sql.join(columns)} from thing t`))!
    for (const [n, { text, holds }] of filters.entries()) {
      const wanted = things.filter((thing) => holds(thing)).map(({ id }) => id)
      const got = row[`f${n}`] ?? []
      if (got.join() !== wanted.join()) throw new Error(`seed ${SEED}: ${text}\nfound ${got.length}, meant ${wanted.length}`)
      found += got.length
    }
  }
  expect(found / (2_000 * things.length)).toBeGreaterThan(0.15)
  expect(found / (2_000 * things.length)).toBeLessThan(0.85)
})

// Seen failing: absent texts before all others, for want of U+FFFF.
test.each(Object.keys(list.orders).flatMap((name) => [name, `${name} desc`]))('pages by %s join to every row once, absent ones at the end', async (orderBy) => {
  const ids: string[] = []
  let pageToken = ''
  do {
    const page = pageOf(list, { pageSize: 37, pageToken, orderBy, filter: '' }, asker)
    const rows = await many<{ id: string; page_key: string }>(pool, sql`select t.id, ${page.pageKey} as page_key from thing t where ${page.where} order by ${page.orderBy} limit ${page.limit}`)
    const finished = page.finish(rows)
    ids.push(...finished.rows.map(({ id }) => id))
    pageToken = finished.nextPageToken
  } while (pageToken !== '')
  expect(new Set(ids).size).toBe(things.length)
  const name = orderBy.split(' ')[0] as keyof Thing
  const absent = ids.map((id) => things.find((thing) => thing.id === id)![name] === null)
  const ordered = orderBy.endsWith('desc') ? absent.toReversed() : absent
  expect(ordered.indexOf(true) === -1 || ordered.slice(ordered.indexOf(true)).every(Boolean)).toBe(true)
})

// Seen failing: an index of another expression than the filter's.
test.each([
  ['nick = "а"', 'cff_thing_nick'], ['rank > 1', 'cff_thing_rank'], ['amount >= "100 UAH"', 'cff_thing_amount'], ['born = 2026-03-29', 'cff_thing_born'],
  ['state = open', 'cff_thing_state'], ['tags:vip', 'cff_thing_tags'], [`ownerId = "${ME}"`, 'cff_thing_owner'], ['vip = true', 'cff_thing_vip'],
])('the filter %s is answered by an index', async (filter, index) => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('set local enable_seqscan = off')
    const { text, values } = sql`explain (format json) select t.id from thing t where ${parseFilter(filter, list, asker)}`
    expect(JSON.stringify((await client.query({ text, values: values as unknown[] })).rows)).toContain(index)
  } finally {
    await client.query('rollback')
    client.release()
  }
})

test('an order walks its index', async () => {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('set local enable_seqscan = off; set local enable_sort = off')
    for (const name of Object.keys(list.orders)) {
      const { orderBy } = pageOf(list, { pageSize: 1, pageToken: '', orderBy: name, filter: '' }, asker)
      const { text } = sql`explain (format json) select t.id from thing t order by ${orderBy} limit 5`
      expect(JSON.stringify((await client.query(text)).rows)).toContain(`cfs_thing_${name}`)
    }
  } finally {
    await client.query('rollback')
    client.release()
  }
})
