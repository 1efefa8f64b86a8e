import { afterAll, expect, test } from '@jest/globals'
import { rightsMigrations } from '@vitrylo/auth'
import { createPool, inTx, migrate } from '@vitrylo/pg'
import { endProcesses, freshDatabase, peopleTheWorld, startProcess, startTestIssuer, until } from '@vitrylo/testkit'
import { newId } from '@vitrylo/service'
import { people, recordOf } from './ukrainian-people.ts'
import { duplicateClient, insertMany } from './duplicate-client.ts'

const ends: (() => unknown)[] = []
afterAll(async () => {
  await endProcesses()
  for (const end of ends.reverse()) await end()
})

// The kill falls where it falls: moveOn in a transaction of its own, before the pairs, was planted and not seen by one run.
test('after kill -9 in the middle a search goes on, and finds what an undisturbed one finds, each pair once', async () => {
  const [url, busUrl, issuer] = await Promise.all([freshDatabase('contacts'), freshDatabase('bus'), startTestIssuer()])
  const pool = createPool({ url, name: 'test', max: 2 })
  ends.push(() => issuer.stop(), () => pool.end())
  await migrate(url, [rightsMigrations])
  await peopleTheWorld(pool)
  const env = { VITRYLO_DATABASE_URL: url, VITRYLO_BUS_URL: busUrl, VITRYLO_OIDC_ISSUER: issuer.issuer, VITRYLO_LOG_LEVEL: 'silent' }
  const start = () => startProcess(new URL('../src/main.ts', import.meta.url), env)

  const first = start()
  const before = duplicateClient(issuer, String(await first.ready))
  const made = people(2_000, 200).map((person) => ({ ...recordOf(person), id: newId() }))
  await inTx(pool, (tx) => insertMany(tx, made))
  const { id } = await before.start()
  await until(async () => (await before.get(id)).compared >= 500n, { timeoutMs: 60_000, everyMs: 5 })
  before.close()
  first.signal('SIGKILL')
  await first.ended
  const { rows: [at] } = await pool.query('select state, compared, records from duplicate_search')
  expect(at.state).toBe('running')
  expect(at.compared).toBeLessThan(at.records)

  const after = duplicateClient(issuer, String(await start().ready))
  const done = await after.finish(id)
  const pairsOf = async () => (await pool.query('select first_id, second_id from duplicate_pair order by 1, 2')).rows
  const found = await pairsOf()
  expect(done).toMatchObject({ compared: 2_200n, records: 2_200n, pairs: BigInt(found.length) })
  expect(found.length).toBeGreaterThan(120)
  await pool.query('delete from duplicate_pair')
  await after.finish((await after.start()).id)
  expect(await pairsOf()).toEqual(found)
  after.close()
})
