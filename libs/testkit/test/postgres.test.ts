import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { connectClient } from '@vitrylo/pg'
import { freshDatabase, testCluster } from '../src/index.ts'

async function ask(url: string, text: string): Promise<unknown> {
  const client = await connectClient(url, 'test')
  try {
    const { rows } = await client.query({ text, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

test('one cluster serves the whole process', async () => {
  const [first, second] = await Promise.all([testCluster(), testCluster()])
  expect(second).toBe(first)
  expect(await ask(first.url, 'show server_version')).toMatch(/^18\./)
})

test('databases are separate', async () => {
  const [one, two] = await Promise.all([freshDatabase('one'), freshDatabase('two')])
  await ask(one, 'create table here (id int)')
  expect(await ask(two, `select to_regclass('here')`)).toBeNull()
})

test('trigrams see Cyrillic letters', async () => {
  const url = await freshDatabase()
  await ask(url, 'create extension pg_trgm')
  expect(await ask(url, `select similarity('Ковальчук', 'Ковалчук') > 0.5`)).toBe(true)
})

test('the server runs in a folder of its own that names its port', async () => {
  const { dir, port } = await testCluster()
  const pidFile = await readFile(join(dir, 'postmaster.pid'), 'utf8')
  expect(pidFile.split('\n')[3]).toBe(String(port))
})
