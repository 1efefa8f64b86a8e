import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connectClient, withDatabase } from '@vitrylo/pg'
import { createBody } from './data.ts'
import type { Request } from './drive.ts'

export type Floor = { pid: number; origin: string; create: Request[]; read: Request[]; close(): Promise<void> }

const ROWS = 10_000

/** The floor in a database of its own on the product's server, which is dropped at the end. */
export async function openFloor(admin: string): Promise<Floor> {
  await administer(admin, ['drop database if exists floor with (force)', 'create database floor'])
  const url = withDatabase(admin, 'floor')
  const ids = await prepare(url)
  const child = fork(fileURLToPath(new URL('floor-process.ts', import.meta.url)), [url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [{ origin }] = (await once(child, 'message')) as [{ origin: string }]
  return {
    pid: child.pid!,
    origin,
    create: Array.from({ length: 2_000 }, (_, n) => ({ path: '/floor', body: JSON.stringify(createBody(n)) })),
    read: ids.map((id) => ({ path: `/floor/${id}` })),
    async close() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
      await administer(admin, ['drop database floor with (force)'])
    },
  }
}

async function prepare(url: string): Promise<string[]> {
  const client = await connectClient(url, 'bench')
  try {
    await client.query('create table floor (id uuid primary key, display_name text not null, tax_code text not null, data jsonb not null)')
    const data = JSON.stringify(createBody(0))
    const { rows } = await client.query<{ id: string }>(
      `insert into floor select gen_random_uuid(), 'Приклад', '90000000', $1::jsonb from generate_series(1, ${ROWS}) returning id`,
      [data],
    )
    await client.query('vacuum analyze floor')
    return rows.map(({ id }) => id)
  } finally {
    await client.end()
  }
}

async function administer(url: string, statements: string[]): Promise<void> {
  const client = await connectClient(url, 'bench')
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
