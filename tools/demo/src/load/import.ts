import { setTimeout as delay } from 'node:timers/promises'
import type { Api } from './api.ts'

export type ImportResult = { created: number; updated: number; failed: number }

const PATIENCE_MS = 20_000

/** Takes rows in through an import of the public API; the columns are named as the fields. */
export async function importRows(api: Api, path: string, wish: { kind: string; defaults?: object }, rows: readonly object[]): Promise<ImportResult> {
  const { id } = await api.post(path, { fileName: 'demo.csv', ...wish })
  await api.put(`${path}/${id}/content`, toCsv(rows))
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    await api.post(`${path}/${id}:run`, {})
    const done = await ended(api, `${path}/${id}`)
    if (done.failed === 0) return done
    // A service learns of records of another one by events: what is only late goes in the next time.
    const { errors } = await api.get(`${path}/${id}/errors?pageSize=5`)
    const late = errors.every(({ rule }: { rule: string }) => rule === 'reference')
    if (!late || Date.now() > deadline) throw new Error(`${done.failed} rows were refused, the first ones: ${JSON.stringify(errors)}`)
    await delay(300)
  }
}

async function ended(api: Api, path: string): Promise<ImportResult> {
  for (let wait = 20; ; wait = Math.min(500, wait * 2)) {
    const { state, failure, created, updated, failed } = await api.get(path)
    if (state === 'done') return { created: Number(created), updated: Number(updated), failed: Number(failed) }
    if (state !== 'running') throw new Error(`the import is ${state}: ${failure}`)
    await delay(wait)
  }
}

/** Rows as a file, with the keys of the first one as its head. */
export function toCsv(rows: readonly object[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const quoted = (value: unknown): string => `"${String(value ?? '').replaceAll('"', '""')}"`
  const lines = rows.map((row) => columns.map((column) => quoted((row as Record<string, unknown>)[column])).join(','))
  return `${[columns.join(','), ...lines].join('\n')}\n`
}
