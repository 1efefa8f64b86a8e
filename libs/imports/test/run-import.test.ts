import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { callerOf, rightsData, type RightsData } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { createPool, exec, inTx, many, migrate, sql, type Pool } from '@vitrylo/pg'
import { callMigrations } from '@vitrylo/service'
import { freshDatabase, until } from '@vitrylo/testkit'
import { detectDelimiter } from '../src/csv.ts'
import { importMigrations, type ImportKind } from '../src/index.ts'
import { insertChunk } from '../src/file-sql.ts'
import { lockImport, readImport } from '../src/import-sql.ts'
import { runImport } from '../src/run-import.ts'

const ID = '01900000-0000-7000-8000-000000000001'
const UPLOAD = '01900000-0000-7000-8000-000000000002'

let pool: Pool
beforeAll(async () => {
  const url = await freshDatabase('imports')
  await migrate(url, [importMigrations, callMigrations])
  pool = createPool({ url, name: 'test' })
  await pool.query('create table item (key text primary key, name text not null, saves int not null)')
})
afterAll(() => pool.end())
beforeEach(() => pool.query('truncate item, import cascade'))

type Item = { key: string; name: string }

/** Items by key; `crash` may stop a save as a lost connection would. */
const items = (crash: (first: string) => boolean = () => false): ImportKind<Item, Item> => ({
  name: 'item',
  section: 'items',
  concurrent: () => true,
  fields: ['key', 'name', 'size'],
  parse: (row) =>
    row.key === undefined ? { violations: [{ field: 'key', rule: 'required', description: 'must be there' }] } : { record: { key: row.key, name: row.name ?? '' } },
  keysOf: ({ key }) => [key],
  async plan(tx, records) {
    const known = await many<{ key: string }>(tx, sql`select key from item where key = any(${records.map(({ key }) => key)}::text[])`)
    return records.map((plan) => ({ plan, outcome: known.some(({ key }) => key === plan.key) ? 'updated' : 'created' }))
  },
  async save(tx, plans) {
    await exec(
      tx,
      sql`insert into item select k, n, 1 from unnest(${plans.map(({ key }) => key)}::text[], ${plans.map(({ name }) => name)}::text[]) as t (k, n)
          on conflict (key) do update set name = excluded.name, saves = item.saves + 1`,
    )
    if (crash(plans[0]!.key)) throw new Error('Connection terminated unexpectedly')
  },
})

const rightsOf = (action = 'create'): RightsData =>
  rightsData({ employees: [], branches: [], groups: [{ name: 'importers', cells: [{ section: 'items', action, scope: 'all' }] }] })

function run(kind: ImportKind, data = rightsOf(), number = 1): Promise<void> {
  const rights = { data: () => data, callerOf: (claims: Parameters<typeof callerOf>[1]) => callerOf(data, claims), refresh: async () => {}, onChange() {}, stop() {} }
  const log = { info() {}, warn() {}, error() {}, debug() {} } as never
  return runImport({ pool, rights, now: () => new Date(), log, committed() {}, kinds: [kind] }, ID, number)
}

async function given(text: string, { dryRun = false, mapping = [] as { column: string; field: string }[] } = {}): Promise<void> {
  const columns = text.slice(0, text.indexOf('\n')).split(detectDelimiter(text))
  await exec(
    pool,
    sql`insert into import (id, kind, subject, claims, file_name, encoding, delimiter, mapping, defaults, state, upload_id, columns,
          detected_delimiter, total_bytes, dry_run, run, revision, created_at, updated_at)
        values (${ID}, 'item', 's', '{"subject": "s", "username": "s", "groups": ["importers"]}', '', '', '', ${JSON.stringify(mapping)}, '{}',
          'running', ${UPLOAD}, ${columns}, ${detectDelimiter(text)}, ${Buffer.byteLength(text)}, ${dryRun}, 1, 1, now(), now())`,
  )
  const bytes = Buffer.from(text)
  for (let at = 0, n = 0; at < bytes.length; at += 1000) await insertChunk(pool, ID, UPLOAD, n++, bytes.subarray(at, at + 1000))
}

const state = async () => (await readImport(pool, ID))!
const saved = () => many<{ key: string; name: string; saves: number }>(pool, sql`select key, name, saves from item order by key`)
const errors = () => many(pool, sql`select line, column_name, field, rule, value, cells from import_error order by line, id`)
const file = (rows: number): string => `key,name\n${Array.from({ length: rows }, (_none, n) => `k${String(n).padStart(5, '0')},імʼя ${n}`).join('\n')}\n`

test('rows are added, then changed; progress and counts are right', async () => {
  await given(file(1_234))
  await run(items())
  expect(await state()).toMatchObject({ state: 'done', rows: 1_234, created: 1_234, updated: 0, failed: 0 })
  expect((await state()).read_bytes).toBe((await state()).total_bytes)
  await pool.query(`update import set state = 'running', rows = 0, created = 0, run = 2`)
  await run(items(), rightsOf(), 2)
  expect(await state()).toMatchObject({ state: 'done', created: 0, updated: 1_234 })
})

test('a worker that dies in the middle is carried on behind its last batch, and no row is saved twice', async () => {
  await given(file(2_600))
  let crashes = 0
  const dying = items((first) => first === 'k01000' && crashes++ === 0)
  await expect(run(dying)).rejects.toThrow('Connection terminated')
  expect(await state()).toMatchObject({ state: 'running', rows: 1_000, created: 1_000 })
  await run(dying)
  expect(await state()).toMatchObject({ state: 'done', rows: 2_600, created: 2_600 })
  expect((await saved()).filter(({ saves }) => saves !== 1)).toEqual([])
  expect(await saved()).toHaveLength(2_600)
})

test('two workers at one import save every row once', async () => {
  await given(file(3_000))
  await Promise.all([run(items()), run(items())])
  expect(await state()).toMatchObject({ rows: 3_000, created: 3_000 })
  expect((await saved()).filter(({ saves }) => saves !== 1)).toEqual([])
})

test('a batch does not wait for the one before it to be committed; its rows count only behind it', async () => {
  await given(file(1_500))
  const kind = items()
  const together = Promise.withResolvers<void>()
  const apart: ImportKind = {
    ...kind,
    // The first is held until the second has saved its rows: one after another they would wait for good.
    async save(tx, plans: Item[], context) {
      await kind.save(tx, plans, context)
      if (plans[0]!.key === 'k00000') await together.promise
      if (plans[0]!.key !== 'k00500') return
      expect(await state()).toMatchObject({ rows: 0, created: 0 })
      together.resolve()
    },
  }
  await run(apart)
  expect(await state()).toMatchObject({ state: 'done', rows: 1_500, created: 1_500 })
})

test('what falls with the batch before falls too: nothing is saved behind a gap', async () => {
  await given(file(1_500))
  const second = Promise.withResolvers<void>()
  const kind = items()
  const falling: ImportKind = {
    ...kind,
    async save(tx, plans: Item[], context) {
      await kind.save(tx, plans, context)
      if (plans[0]!.key === 'k00500') second.resolve()
      if (plans[0]!.key !== 'k00000') return
      await second.promise
      throw new Error('Connection terminated unexpectedly')
    },
  }
  await expect(run(falling)).rejects.toThrow('Connection terminated')
  expect(await state()).toMatchObject({ state: 'running', rows: 0 })
  expect(await saved()).toEqual([])
})

// Seen failing without `unlessInTheWay`: both stood until a statement of the first was given up after 10 s, and the import with it.
test('a batch that holds what the one before it wants lets go of it, and is saved behind it', async () => {
  await given(file(1_000))
  const second = Promise.withResolvers<void>()
  const kind = items()
  const crossing: ImportKind = {
    ...kind,
    async save(tx, plans: Item[], context) {
      if (plans[0]!.key === 'k00000') await second.promise
      await exec(tx, sql`select pg_advisory_xact_lock(4711)`)
      await kind.save(tx, plans, context)
      if (plans[0]!.key === 'k00500') second.resolve()
    },
  }
  await run(crossing)
  expect(await state()).toMatchObject({ state: 'done', rows: 1_000, created: 1_000 })
})

test('a batch with a key of the one before waits for it', async () => {
  const rows = Array.from({ length: 500 }, (_none, n) => `k${n},1`)
  await given(`key,name\n${[...rows, 'k7,2', 'other,1'].join('\n')}\n`)
  await run(items())
  expect(await state()).toMatchObject({ created: 501, updated: 1 })
  expect((await saved()).find(({ key }) => key === 'k7')).toEqual({ key: 'k7', name: '2', saves: 2 })
})

test('a cancelled import saves nothing more, not the batch in hand either', async () => {
  await given(file(2_000))
  const kind = items()
  const cancelling: ImportKind = {
    ...kind,
    async plan(tx, records: Item[], context) {
      if (records[0]!.key === 'k00500') {
        await until(async () => (await state()).rows === 500)
        await pool.query(`update import set state = 'cancelled'`)
      }
      return kind.plan(tx, records, context)
    },
  }
  await run(cancelling)
  expect(await state()).toMatchObject({ state: 'cancelled', rows: 500 })
  expect(await saved()).toHaveLength(500)
})

// Seen failing with `for update` in lockImport: what a batch did points at the import, and keeps it from others until its end.
test('who cancels waits for no batch', async () => {
  await given(file(1_000))
  const held = Promise.withResolvers<void>()
  const kind = items()
  const doing: ImportKind = {
    ...kind,
    async save(tx, plans: Item[], context) {
      if (plans[0]!.key === 'k00000') await held.promise
      await kind.save(tx, plans, context)
      return { created: [ID], updated: [] }
    },
  }
  const running = run(doing)
  await until(async () => (await many(pool, sql`select 1 from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and query like 'insert into import_batch%'`)).length > 0)
  await inTx(pool, async (tx) => {
    await tx.query(`set local lock_timeout = '500ms'`)
    await lockImport(tx, callerOf(rightsOf(), { subject: 's', username: 's', groups: ['importers'], client: '', sessionId: undefined, expiresAt: 0 }), ID)
    await tx.query(`update import set state = 'cancelled'`)
  })
  held.resolve()
  await running
  expect(await state()).toMatchObject({ state: 'cancelled', rows: 0 })
  expect(await saved()).toEqual([])
})

test('what is wrong with a row is told by line, column and rule; the others go in', async () => {
  await given('код;назва;зайве\n1;раз;x\n;два;x\n3;"три\n4;чотири;x\n5;пʼять\n6;шість;x\n', { mapping: [{ column: 'код', field: 'key' }, { column: 'назва', field: 'name' }] })
  await run(items())
  expect((await saved()).map(({ key }) => key)).toEqual(['1', '4', '6'])
  expect(await state()).toMatchObject({ state: 'done', rows: 6, created: 3, failed: 3 })
  expect(await errors()).toEqual([
    { line: 3, column_name: 'код', field: 'key', rule: 'required', value: '', cells: ['', 'два', 'x'] },
    { line: 4, column_name: 'назва', field: '', rule: 'quotes', value: '"три', cells: ['3', '"три'] },
    { line: 6, column_name: '', field: '', rule: 'columns', value: '', cells: ['5', 'пʼять'] },
  ])
})

test('a later row of one key meets the earlier one', async () => {
  await given('key,name\na,1\nb,1\na,2\n')
  await run(items())
  expect(await state()).toMatchObject({ created: 2, updated: 1 })
  expect((await saved()).map(({ key, name }) => [key, name])).toEqual([['a', '2'], ['b', '1']])
})

test('a dry run counts the same and saves nothing', async () => {
  await given('key,name\na,1\n,1\na,2\n', { dryRun: true })
  await run(items())
  expect(await state()).toMatchObject({ state: 'done', created: 1, updated: 1, failed: 1 })
  expect(await saved()).toEqual([])
  expect(await errors()).toHaveLength(1)
})

test('an import goes on only while its starter has the right', async () => {
  await given(file(10))
  await run(items(), rightsOf('view'))
  expect(await state()).toMatchObject({ state: 'failed', failure: 'the right items: create was withdrawn', rows: 0 })
  expect(await saved()).toEqual([])
})

test('a record that somebody else adds meanwhile is found at the second look', async () => {
  await given(file(3))
  const kind = items()
  let looks = 0
  const save: ImportKind['save'] = (tx, plans, context) => {
    if (looks++ === 0) throw new AppError('ALREADY_EXISTS', 'TAKEN', 'taken')
    return kind.save(tx, plans, context)
  }
  await run({ ...kind, save })
  expect(await state()).toMatchObject({ state: 'done', created: 3 })
})

test('a fault of the kind ends the import with a word, what was saved stays', async () => {
  await given(file(700))
  const kind = items()
  // Of two batches beside each other either may be planned first.
  await run({ ...kind, plan: (tx, records, context) => (records[0]!.key === 'k00000' ? kind.plan(tx, records, context) : Promise.reject(new TypeError('fault'))) })
  expect(await state()).toMatchObject({ state: 'failed', rows: 500 })
  expect((await state()).failure).toContain('a fault of the program')
})
