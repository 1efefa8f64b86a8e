import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openProduct } from '../../bench/src/product.ts'
import type { Access } from '../../demo/src/load/api.ts'
import { createRandom } from '../../demo/src/random.ts'
import { anOwner } from './an-owner.ts'
import { killAround, type Kill } from './killer.ts'
import { secondsUntilReady } from './ready.ts'
import { verify, type Verdict } from './verify.ts'
import { victimsBelow } from './victims.ts'
import { writeOn } from './writer.ts'

/** `singly`: first one of each kind is killed in peace, to see how long one alone takes. */
export type FaultOptions = { seed: number; writes: number; kills: number; pauseMs: readonly [number, number]; lanes: number; singly: boolean; log(line: string): void }
export type FaultReport = Verdict & {
  kills: Kill[]
  acknowledged: number
  unknown: number
  attempts: number
  seed: number
  /** What a start without faults takes on this machine, now. */
  startSeconds: number
  /** From the last kill, of whatever kind, until every service answers. */
  readySeconds: number
  /** From one kill in peace until every service answers, by what was killed. */
  recoveries: Record<string, number>
}

/** Kills parts of a running product while it is written to, and looks afterwards whether anything is lost or doubled. */
export async function runFaults({ seed, writes, kills, pauseMs, lanes, singly, log }: FaultOptions): Promise<FaultReport> {
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-faults-'))
  chmodSync(dir, 0o755) // as root the database runs as another user
  const product = await openProduct(join(dir, 'data'), { processes: 'each', web: false, logLevel: 'warn' })
  try {
    const access = await product.start()
    const ownerId = await anOwner(access)
    log(`seed ${seed}; ready after ${access.seconds.toFixed(1)} s`)
    const recoveries = singly ? await killSingly(product.pid, access, log) : {}
    let over = false
    const writing = writeOn({ access, random: createRandom(seed + 1), ownerId, writes, lanes, isOver: () => over })
    const killed = await killAround({ launcher: product.pid, random: createRandom(seed), kills, pauseMs, log })
    const readySeconds = await secondsUntilReady(access)
    log(`ready again ${readySeconds.toFixed(1)} s after the last kill`)
    over = true
    const writer = await writing
    log(`${writer.acks.length} writes acknowledged in ${writer.attempts} attempts, ${writer.unknown.length} given up`)
    const verdict = await verify(access, writer)
    return { ...verdict, seed, startSeconds: access.seconds, kills: killed, acknowledged: writer.acks.length, unknown: writer.unknown.length, attempts: writer.attempts, readySeconds, recoveries }
  } finally {
    await product.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function killSingly(launcher: number, access: Access, log: FaultOptions['log']): Promise<Record<string, number>> {
  const recoveries: Record<string, number> = {}
  for (const name of ['issuer', 'directory', 'contacts', 'sales', 'gateway', 'postgres']) {
    const { pid } = victimsBelow(launcher).find((victim) => victim.name === name && victim.kind !== 'backend')!
    process.kill(pid, 'SIGKILL')
    recoveries[name] = await secondsUntilReady(access)
    log(`${name} alone: ready again after ${recoveries[name].toFixed(1)} s`)
  }
  return recoveries
}
