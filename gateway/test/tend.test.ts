// What the gateway and the issuer could not apply is seen and applied again by their own commands, as of every service; the gateway's copy of the rights is made anew. Seen
// failing with the letters given to the handlers of all groups (a right was taken over by the group that never buried it), and without the commands.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from '@jest/globals'
import { createPgBus, eventMigrations, type EventType } from '@vitrylo/events'
import { createPool, exec, many, sql, type Pool } from '@vitrylo/pg'
import { CallEndedEvent, EmployeeChangedEvent } from '@vitrylo/proto/events.ts'
import { branches, freshDatabase, peopleTheWorld } from '@vitrylo/testkit'
import { migrations as issuerMigrations } from '../../tools/issuer/src/index.ts'
import { schema } from '../src/start-gateway.ts'

const pools: Pool[] = []
afterAll(() => Promise.all(pools.map((pool) => pool.end())))

type Sets = Parameters<typeof freshDatabase>[1]

/** The database of a program, and its command. */
async function open(program: string, sets: Sets) {
  const [url, busUrl] = await Promise.all([freshDatabase('letters', sets), freshDatabase('bus')])
  const pool = createPool({ url, name: 'test', max: 2 })
  pools.push(pool)
  const env = { ...process.env, VITRYLO_DATABASE_URL: url, VITRYLO_BUS_URL: busUrl, VITRYLO_LOG_LEVEL: 'silent' }
  const command = async (...args: string[]) => (await promisify(execFile)(process.execPath, [fileURLToPath(new URL(program, import.meta.url)), ...args], { env })).stdout.trim()
  const letters = (...args: string[]) => command('dead-letters', ...args)
  const bury = (consumer: string, type: EventType<any>, key: string, data: object) =>
    exec(pool, sql`
      insert into dead_letter (consumer, event_id, topic, key, type, time, revision, data, headers, error, attempts)
      values (${consumer}, ${randomUUID()}, ${type.topic}, ${key}, ${type.type}, now(), 2, ${JSON.stringify(type.codec.toJSON(type.codec.fromJSON(data)))}, '{}', 'Error: once', 5)`)
  return { pool, busUrl, command, letters, bury }
}

const employee = (id: string) => ({ employee: { id, displayName: 'Хтось', username: `letter-${id}`, branchId: branches.kyiv, groups: ['telephonists'] } })

test('letters of the gateway go to the consumer that buried them', async () => {
  const { pool, letters, bury } = await open('../src/main.ts', schema)
  const [right, live, foreign] = [randomUUID(), randomUUID(), randomUUID()]
  await bury('gateway-rights', EmployeeChangedEvent, right, employee(right))
  await bury('gateway', CallEndedEvent, live, { call: { id: live } })
  await bury('gateway', EmployeeChangedEvent, foreign, employee(foreign))
  expect(await letters()).toMatch(new RegExp(`  gateway-rights  5 tries  vitrylo.directory.v1.EmployeeChanged  ${right} r2[^]*  gateway  5 tries  vitrylo.telephony.v1.CallEnded  ${live} r2`))
  expect(await letters('replay', 'all')).toBe('applied 3, failed again 0')
  expect(await many(pool, sql`select id from rights_employee where id = any(${[right, foreign]}::uuid[])`)).toEqual([{ id: right }])
  expect(await many(pool, sql`select record_id from live_event where record_id = ${live}`)).toEqual([{ record_id: live }])
})

test('the copy of the rights of the gateway is made anew from the bus', async () => {
  const { pool, busUrl, command } = await open('../src/main.ts', schema)
  const id = randomUUID()
  const bus = createPgBus({ url: busUrl, log: { debug() {}, info() {}, warn() {}, error() {} } })
  const { topic, type, codec } = EmployeeChangedEvent
  await bus.publish([{ id: randomUUID(), topic, key: id, type, revision: 2, time: new Date().toISOString(), data: codec.toJSON(codec.fromJSON(employee(id))) as never, headers: {} }])
  await bus.close()
  await peopleTheWorld(pool)
  expect(await command('rebuild', 'rights')).toBe('rights: 1 events applied, 0 became dead letters')
  expect(await many(pool, sql`select id from rights_employee`)).toEqual([{ id }])
})

test('letters of the issuer', async () => {
  const { pool, letters, bury } = await open('../../tools/issuer/main.ts', [issuerMigrations, eventMigrations])
  const id = randomUUID()
  expect(await letters('list')).toBe('no dead letters')
  await bury('issuer', EmployeeChangedEvent, id, employee(id))
  expect(await letters()).toContain('issuer  5 tries')
  expect(await letters('replay', 'all')).toBe('applied 1, failed again 0')
  expect(await many(pool, sql`select username from users where employee_id = ${id}`)).toEqual([{ username: `letter-${id}` }])
  await expect(letters('replay', '7')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('no dead letter 7 waits') })
})
