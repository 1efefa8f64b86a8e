import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { commandLine, processStart } from './process-identity.ts'
import { Refusal } from './refusal.ts'

/**
 * A server outlives a launcher that was killed, and holds the data folder. It is stopped, cleanly if it can, when it
 * is a PostgreSQL that serves exactly this folder; nothing else is touched.
 */
export async function stopOrphan(dir: string): Promise<boolean> {
  const [pid, served] = await readPidFile(dir)
  if (!pid || served !== dir || !isServerOf(pid, dir)) return false
  for (const [signal, patienceMs] of [['SIGINT', 15_000], ['SIGQUIT', 10_000]] as const) {
    kill(pid, signal)
    if (await gone(pid, dir, patienceMs)) return true
  }
  throw new Refusal(`PostgreSQL (process ${pid}) was left running on ${dir} and does not stop; end it by hand and start again.`)
}

/** How the server is reached that runs on the folder; undefined where none does. */
export async function whereRunning(dir: string): Promise<{ port: number; socketDir: string | undefined } | undefined> {
  const [pid, served] = await readPidFile(dir)
  if (!pid || served !== dir || !isServerOf(pid, dir)) return undefined
  const lines = (await readFile(join(dir, 'postmaster.pid'), 'utf8')).split('\n')
  return { port: Number(lines[3]), socketDir: lines[4] || undefined }
}

/** Lines of postmaster.pid: process, folder, start, port, socket, address, memory, state. */
export async function readPidFile(dir: string): Promise<[number | undefined, string?, string?]> {
  try {
    const lines = (await readFile(join(dir, 'postmaster.pid'), 'utf8')).split('\n')
    return [Number(lines[0]) || undefined, lines[1], lines[7]?.trim()]
  } catch {
    return [undefined]
  }
}

const isServerOf = (pid: number, dir: string): boolean => {
  const command = commandLine(pid)
  return processStart(pid) !== undefined && command.includes('postgres') && command.includes(dir)
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It went by itself.
  }
}

async function gone(pid: number, dir: string, patienceMs: number): Promise<boolean> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await delay(30)) {
    if (!isServerOf(pid, dir)) return true
  }
  return false
}
