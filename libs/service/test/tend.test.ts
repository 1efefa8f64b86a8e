import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals'
import { rightsMigrations } from '@vitrylo/auth'
import { createPgBus, eventMigrations, on, stats, type EventType } from '@vitrylo/events'
import { createPool, exec, many, sql, type Pool } from '@vitrylo/pg'
import { freshDatabase } from '@vitrylo/testkit'
import { defineService } from '../src/index.ts'
import { tendLettersOf } from '../src/tend/dead-letters.ts'
import { tendProjectionOf } from '../src/tend/rebuild.ts'

const Named: EventType<{ name: string }> = {
  type: 'vitrylo.test.v1.Named', topic: 'vitrylo.test.named.v1', section: 'names', live: false,
  codec: { toJSON: (message) => message, fromJSON: (json) => json as { name: string } },
}
let poisonous = true
const handlers = [
  on(Named, async (tx, { name }, { key, revision }) => {
    if (poisonous && name === 'poison') throw new Error('cannot be applied')
    await exec(tx, sql`insert into known (key, name, revision) values (${key}, ${name}, ${revision})
      on conflict (key) do update set name = excluded.name, revision = excluded.revision where known.revision < excluded.revision`)
  }),
]
const service = defineService({
  name: 'tended',
  migrations: new URL('./', import.meta.url),
  rpc: () => [],
  handlers: () => handlers,
  projections: () => [{ name: 'names', handlers, clear: (tx) => exec(tx, sql`delete from known`) }],
})

let pool: Pool
let env: Record<string, string>
const printed: string[] = []
beforeAll(async () => {
  const [url, busUrl] = await Promise.all([freshDatabase('tended', [eventMigrations, rightsMigrations]), freshDatabase('bus')])
  env = { VITRYLO_DATABASE_URL: url, VITRYLO_BUS_URL: busUrl, VITRYLO_LOG_LEVEL: 'silent' }
  pool = createPool({ url, name: 'test', max: 2 })
  await pool.query('create table known (key text primary key, name text, revision bigint)')
  jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text))
})
afterEach(() => void printed.splice(0))
afterAll(async () => {
  jest.restoreAllMocks()
  await pool.end()
})

async function bury(name: string): Promise<string> {
  const rows = await many<{ id: number }>(pool, sql`
    insert into dead_letter (consumer, event_id, topic, key, type, time, revision, data, headers, error, attempts)
    values ('tended', ${randomUUID()}, ${Named.topic}, 'k', ${Named.type}, '2026-03-01T00:00:00.000Z', 1, ${JSON.stringify({ name })}, '{}', 'Error: once', 5)
    returning id`)
  return String(rows[0]!.id)
}
const letters = (...args: string[]) => tendLettersOf(service, env, args)
const known = () => many(pool, sql`select key, name from known order by key`)

test('a dead letter is listed, shown, tried again in vain, and applied once its cause is gone', async () => {
  await letters()
  expect(printed).toEqual(['no dead letters'])
  const id = await bury('poison')
  await letters('list')
  expect(printed[1]).toContain(`${id}  `)
  expect(printed[1]).toContain('5 tries  vitrylo.test.v1.Named  k r1\n    Error: once')
  await letters('show', id)
  expect(JSON.parse(printed[2]!)).toMatchObject({ id: Number(id), data: { name: 'poison' }, discardedAt: null })
  await expect(letters('replay', id)).rejects.toThrow('1 of the letters cannot be applied yet')
  expect(await many(pool, sql`select attempts, error from dead_letter`)).toEqual([{ attempts: 6, error: 'Error: cannot be applied' }])
  poisonous = false
  await letters('replay', id)
  expect(await known()).toEqual([{ key: 'k', name: 'poison' }])
  await expect(letters('replay', id)).rejects.toThrow(`no dead letter ${id} waits`)
  await letters('replay', 'all')
  expect(printed.at(-1)).toBe('applied 0, failed again 0')
})

test('a letter is given up only with a reason, and then neither counted nor applied', async () => {
  const id = await bury('given up')
  await expect(letters('discard', id)).rejects.toThrow('a reason is missing')
  await letters('discard', id, 'the', 'deal', 'was', 'a', 'test')
  expect(await stats(pool)).toMatchObject({ deadLetters: 0 })
  await expect(letters('replay', id)).rejects.toThrow('waits')
  await letters('replay', 'all')
  expect(await known()).toEqual([{ key: 'k', name: 'poison' }])
  await letters('show', id)
  expect(JSON.parse(printed.at(-1)!)).toMatchObject({ discardReason: 'the deal was a test' })
})

test('what is not understood is refused with a sentence', async () => {
  await expect(letters('eat')).rejects.toThrow('there is no eat: dead-letters [list] | show <id> | replay <id>|all | discard <id> <reason>')
  await expect(letters('show', 'seven')).rejects.toThrow('no dead letter seven waits')
  await expect(tendProjectionOf(service, env, [])).rejects.toThrow('rebuild what: rights, names?')
  await expect(tendProjectionOf(service, env, ['names', 'yesterday'])).rejects.toThrow('yesterday is no time')
})

test('a projection is rebuilt from the bus, and letters of it that came again are done', async () => {
  const bus = createPgBus({ url: env.VITRYLO_BUS_URL!, log: { debug() {}, info() {}, warn() {}, error() {} } })
  const time = new Date().toISOString()
  const event = (key: string, revision: number, name: string) =>
    ({ id: randomUUID(), topic: Named.topic, key, type: Named.type, revision, time, data: { name }, headers: {} })
  const [one, two, poison] = [event('a', 1, 'one'), event('a', 2, 'two'), event('b', 1, 'poison')]
  await bus.publish([one, two, poison])
  await bus.close()
  await exec(pool, sql`
    insert into dead_letter (consumer, event_id, topic, key, type, time, revision, data, headers, error, attempts)
    values ('tended', ${poison.id}, ${Named.topic}, 'b', ${Named.type}, ${time}, 1, '{"name":"poison"}', '{}', 'Error: once', 5)`)
  await tendProjectionOf(service, env, ['names'])
  expect(printed.at(-1)).toBe('names: 3 events applied, 0 became dead letters')
  expect(await known()).toEqual([{ key: 'a', name: 'two' }, { key: 'b', name: 'poison' }])
  expect(await stats(pool)).toMatchObject({ deadLetters: 0 })
  poisonous = true
  await tendProjectionOf(service, env, ['names'])
  expect(await known()).toEqual([{ key: 'a', name: 'two' }])
  expect(await many(pool, sql`select consumer, key from dead_letter where discarded_at is null`)).toEqual([{ consumer: 'tended', key: 'b' }])
  expect(await many(pool, sql`select consumer from inbox`)).toEqual([])
})
