import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { cpuSecondsOf } from './memory.ts'
import { percentile } from './statistics.ts'

export type Request = { path: string; body?: string }
export type Job = {
  origin: string
  seconds: number
  warmUpMs: number
  clients: number
  /** Taken in turn, again from the first at the end. */
  requests: Request[]
  headers: Record<string, string>
  /** Every request gets an Idempotency-Key of its own. */
  keyed: boolean
}
export type Outcome = { latencies: number[]; failed: number; failure: string; elapsedMs: number; asked: number }
export type Figures = {
  perSecond: number
  p50: number
  p99: number
  /** Processor time of the servers a request, milliseconds: hardly depends on what else the machine does. */
  cpuMs: number
}

const CLIENTS = 16

/** Drives an address with sixteen clients; a refused request ends the measurement. `servers` are the roots of process trees. */
export async function drive(wish: Partial<Job> & Pick<Job, 'origin' | 'seconds' | 'requests'>, servers: readonly number[]): Promise<Figures> {
  const used = (): number => servers.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0)
  const before = used()
  const child = fork(fileURLToPath(new URL('drive-process.ts', import.meta.url)), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.send({ clients: CLIENTS, warmUpMs: 2_500, headers: {}, keyed: false, ...wish } satisfies Job)
  const ended = once(child, 'exit')
  const [outcome] = (await Promise.race([once(child, 'message'), ended.then(() => [undefined])])) as [Outcome | undefined]
  await ended
  const cpuSeconds = used() - before
  if (outcome === undefined) throw new Error('the clients ended without an answer')
  const { latencies, failed, failure, elapsedMs, asked } = outcome
  if (failed > 0) throw new Error(`${failed} of ${latencies.length} requests failed, the first with ${failure}`)
  latencies.sort((a, b) => a - b)
  const perSecond = (latencies.length / elapsedMs) * 1000
  return { perSecond, p50: percentile(latencies, 50), p99: percentile(latencies, 99), cpuMs: (cpuSeconds / asked) * 1000 }
}
