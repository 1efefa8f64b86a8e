import { setTimeout as delay } from 'node:timers/promises'
import { createApi, type Access } from '../../demo/src/load/api.ts'
import { toCsv } from '../../demo/src/load/import.ts'
import type { BenchRow } from './data.ts'
import { cpuSecondsOf, memoryOf } from './memory.ts'

export type Loaded = { seconds: number; uploadSeconds: number; created: number; progressSteps: number; settleSeconds: number; /** Memory of the Node processes, every ten seconds of the import, MiB; to look costs a twentieth of a second. */ nodeMiB: number[] }

/** The rows, each with `more`, as one file through the import of the public API, its progress watched; then until events have settled. */
export async function loadRows(access: Access, rows: readonly BenchRow[], pid: number, more: (row: number) => object = () => ({})): Promise<Loaded> {
  const api = createApi(access)
  const file = toCsv(rows.map(({ rare: _rare, ...row }, at) => ({ ...row, kind: 'organisation', roles: 'client', 'address.city': 'Київ', ...more(at) })))
  const began = performance.now()
  const { id } = await api.post('imports', { kind: 'counterparty', fileName: 'bench.csv' })
  await api.put(`imports/${id}/content`, file)
  const uploadSeconds = (performance.now() - began) / 1000
  await api.post(`imports/${id}:run`, {})
  const steps = new Set<string>()
  const sizes: number[] = []
  for (;;) {
    const { state, failure, created, failed, readBytes } = await api.get(`imports/${id}`)
    steps.add(readBytes)
    if (performance.now() - began > sizes.length * 10_000) sizes.push(memoryOf(pid).nodeMiB)
    if (state === 'done') {
      const seconds = (performance.now() - began) / 1000
      if (Number(created) !== rows.length || Number(failed) > 0) throw new Error(`of ${rows.length} rows ${created} were added, ${failed} refused`)
      return { seconds, uploadSeconds, created: Number(created), progressSteps: steps.size, settleSeconds: await settled(pid), nodeMiB: sizes }
    }
    if (state !== 'running') throw new Error(`the import is ${state}: ${failure}`)
    await delay(250)
  }
}

/** Seconds until services and database are quiet: every event of the load was applied everywhere. */
export async function settled(pid: number, patienceSeconds = 180): Promise<number> {
  const began = performance.now()
  const elapsed = (): number => (performance.now() - began) / 1000
  for (let quiet = 0, last = cpuSecondsOf(pid); quiet < 3 && elapsed() < patienceSeconds; ) {
    await delay(1_000)
    const now = cpuSecondsOf(pid)
    quiet = now - last < 0.15 ? quiet + 1 : 0
    last = now
  }
  return elapsed()
}
