import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processStart } from './process-identity.ts'
import { Refusal } from './refusal.ts'

type Holder = { pid: number; start: string; origin: string }

/** Takes the data folder for this process. A lock whose holder is gone, even by kill -9, is taken over. */
export function acquireLock(dataDir: string, origin: string): { release(): void } {
  const path = join(dataDir, 'lock')
  const mine = `${path}.${randomBytes(6).toString('hex')}`
  const text = JSON.stringify({ pid: process.pid, start: processStart(process.pid)!, origin } satisfies Holder)
  writeFileSync(mine, text, { mode: 0o600 })
  try {
    // link() fails where the name exists: of several starters one wins, and the file is never seen half written.
    while (!tryLink(mine, path)) setAside(path, dataDir)
  } finally {
    rmSync(mine, { force: true })
  }
  return {
    release() {
      if (read(path) === text) rmSync(path, { force: true })
    },
  }
}

/** Moves a dead holder's lock away; refuses when the holder lives. */
function setAside(path: string, dataDir: string): void {
  const seen = read(path)
  if (seen === undefined) return
  const holder = parse(seen)
  if (holder && processStart(holder.pid) === holder.start) {
    throw new Refusal(`Vitrylo already runs on the folder ${dataDir} (process ${holder.pid}, ${holder.origin}).`)
  }
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    renameSync(path, aside)
  } catch {
    return // another starter was faster
  }
  // Between reading and renaming another starter may have put its own, living lock there: give it back.
  if (read(aside) !== seen) tryLink(aside, path)
  rmSync(aside, { force: true })
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder
  } catch {
    return undefined
  }
}
