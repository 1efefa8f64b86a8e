import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connectClient } from '@vitrylo/pg'
import { openProduct } from '../../bench/src/product.ts'
import { createRandom } from '../../demo/src/random.ts'
import { anOwner } from './an-owner.ts'
import { secondsUntilReady } from './ready.ts'
import { verify, type Verdict } from './verify.ts'
import { writeOn } from './writer.ts'

export type FullDiskOptions = { megabytes: number; fullSeconds: number; lanes: number; seed: number; log(line: string): void }
export type FullDiskReport = Verdict & {
  acknowledged: number
  /** What writers were answered, by status and reason. */
  refusals: Record<string, number>
  /** From the moment there is room again until every service answers. */
  readySeconds: number
  /** What a start takes on this machine, now. */
  startSeconds: number
}

/** Whether a disk of a chosen size can be had: mounting needs Linux and root. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-disk-'))
  try {
    mount(dir, 1)
    execFileSync('umount', [dir])
    return true
  } catch {
    return false
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

const mount = (dir: string, megabytes: number): void =>
  void execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'vitrylo-faults', dir], { stdio: 'pipe' })

/** Fills the disk under a running product while it is written to, frees it again, and looks what was lost. */
export async function runFullDisk({ megabytes, fullSeconds, lanes, seed, log }: FullDiskOptions): Promise<FullDiskReport> {
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-disk-'))
  const disk = join(dir, 'disk')
  execFileSync('chmod', ['755', dir]) // as root the database runs as another user
  mkdirSync(disk)
  mount(disk, megabytes)
  const product = await openProduct(join(disk, 'data'), { web: false, logLevel: 'warn', logDir: dir })
  try {
    const access = await product.start()
    const ownerId = await anOwner(access)
    let over = false
    const writing = writeOn({ access, random: createRandom(seed), ownerId, writes: 200, lanes, isOver: () => over })
    await delay(2_000)
    const ballast = join(disk, 'ballast')
    log(`filled with ${fill(ballast)} MiB`)
    await delay((fullSeconds * 1000) / 2)
    const exhausted = await exhaustWal(product.admin)
    log(exhausted)
    await delay((fullSeconds * 1000) / 2)
    rmSync(ballast)
    const readySeconds = await secondsUntilReady(access)
    log(`ready again ${readySeconds.toFixed(1)} s after there was room`)
    over = true
    const writer = await writing
    log(`${writer.acks.length} writes acknowledged in ${writer.attempts} attempts, ${JSON.stringify(writer.refusals)}`)
    const verdict = await verify(access, writer)
    return { ...verdict, acknowledged: writer.acks.length, refusals: writer.refusals, readySeconds, startSeconds: access.seconds }
  } finally {
    await product.stop()
    execFileSync('umount', [disk])
    rmSync(dir, { recursive: true, force: true })
  }
}

/** The worst of a full disk: the server has no file left for its log, ends, and cannot start again. */
async function exhaustWal(admin: string): Promise<string> {
  const client = await connectClient(admin, 'faults')
  client.on('error', () => {})
  try {
    for (let tries = 0; tries < 50; tries++) await client.query('select pg_switch_wal(), pg_logical_emit_message(true, $1, $2)', ['faults', 'x'])
    return 'the server still found files for its log'
  } catch (error) {
    return `the server ended: ${(error as Error).message}`
  } finally {
    await client.end().catch(() => {})
  }
}

/** Writes until not one byte more goes in; gives the mebibytes. */
function fill(path: string): number {
  const file = openSync(path, 'w')
  let bytes = 0
  for (const chunk of [Buffer.alloc(1 << 20), Buffer.alloc(1 << 12)]) {
    try {
      for (;;) bytes += writeSync(file, chunk)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
  closeSync(file)
  return Math.round(bytes / (1 << 20))
}
