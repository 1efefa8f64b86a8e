import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from '@jest/globals'
import { rightsMigrations } from '@vitrylo/auth'
import { createPool, migrate } from '@vitrylo/pg'
import { ImportRules } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { freshDatabase, peopleTheWorld, startTestIssuer, until } from '@vitrylo/testkit'
import { importClient } from './import-client.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const ROWS = 4_000
const ends: (() => unknown)[] = []
afterAll(async () => {
  for (const end of ends.reverse()) await end()
})

// Known by the phone, behind which no constraint stands: a row that were saved twice would be there twice.
test('after kill -9 in the middle of an import every row is there once, and so is every event; likewise of its undo', async () => {
  const [url, busUrl, issuer] = await Promise.all([freshDatabase('contacts'), freshDatabase('bus'), startTestIssuer()])
  const [pool, bus] = [createPool({ url, name: 'test', max: 2 }), createPool({ url: busUrl, name: 'test', max: 2 })]
  ends.push(() => issuer.stop(), () => pool.end(), () => bus.end())
  await migrate(url, [rightsMigrations])
  await peopleTheWorld(pool)

  const start = async (): Promise<{ child: ChildProcess; address: string }> => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
      env: { VITRYLO_DATABASE_URL: url, VITRYLO_BUS_URL: busUrl, VITRYLO_OIDC_ISSUER: issuer.issuer, VITRYLO_LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    ends.push(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    })
    const [{ ready }] = (await once(child, 'message')) as [{ ready: string }]
    return { child, address: ready }
  }

  const first = await start()
  const client = importClient({ ...issuer, address: first.address })
  const { id } = await client.create({ rules: ImportRules.fromPartial({ keys: ['phone'] }) })
  const rows = Array.from({ length: ROWS }, (_none, n) => `+38067${1_000_000 + n},Фірма номер ${n}`)
  await client.upload(id, Buffer.from(`phone,displayName\n${rows.join('\n')}\n`))
  await client.run(id)
  await until(async () => (await client.get(id)).rows >= 1_000n, { timeoutMs: 60_000 })
  client.close()
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const { rows: [before] } = await pool.query('select state, rows from import')
  expect(before.state).toBe('running')
  expect(before.rows).toBeLessThan(ROWS)

  const second = await start()
  const again = importClient({ ...issuer, address: second.address })
  expect(await again.finish(id)).toMatchObject({ state: 'IMPORT_STATE_DONE', rows: BigInt(ROWS), created: BigInt(ROWS), updated: 0n, failed: 0n })
  const count = async (text: string, from = pool) => (await from.query(`select count(*)::int as n from ${text}`)).rows[0].n
  expect(await count('counterparty')).toBe(ROWS)
  expect(await count(`timeline where kind = 'counterparty-created'`)).toBe(ROWS)
  await until(async () => (await count('outbox')) === 0)
  expect(await count(`bus_log where topic = 'vitrylo.contacts.counterparty.v1'`, bus)).toBe(ROWS)
  // The audit log is told of every row, and of none twice.
  const named = `bus_log l, jsonb_array_elements_text(l.data -> 'recordIds') as r (id) where l.data ->> 'method' = 'ImportService.RunImport'`
  expect(await count(named, bus)).toBe(ROWS)
  expect(await count(`(select distinct r.id from ${named}) as each`, bus)).toBe(ROWS)

  await again.startUndo(id)
  await until(async () => (await again.get(id)).undone >= 500n, { timeoutMs: 60_000, everyMs: 5 })
  again.close()
  second.child.kill('SIGKILL')
  await once(second.child, 'exit')
  expect((await pool.query('select state from import')).rows[0].state).toBe('undoing')
  const third = await start()
  const last = importClient({ ...issuer, address: third.address })
  expect(await last.finish(id)).toMatchObject({ state: 'IMPORT_STATE_UNDONE', undone: BigInt(ROWS), kept: 0n })
  last.close()
  expect(await count('counterparty where deleted_at is not null and revision = 2')).toBe(ROWS)
  expect(await count(`timeline where kind = 'counterparty-deleted'`)).toBe(ROWS)
})
