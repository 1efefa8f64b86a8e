import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

type Options = {
  program: string
  args: string[]
  env?: Record<string, string>
  /** Everything that it says; a file that is begun anew. */
  log: string
  /** What stands in the log when it works. */
  ready: RegExp
  patienceMs: number
}

/** A running engine: `child` ends with it, and SIGTERM to `child` ends it in order. */
export type KeptProgram = { child: ChildProcess; pid: number }

// Ends the program when somebody lets go of the other end of its standard input. The kernel does that even after
// kill -9 of the starter, so no engine outlives it. In a group of its own: Ctrl-C in the terminal is the starter's.
const KEEPER = `
exec 3<&0
"$@" >"$KEPT_LOG" 2>&1 </dev/null 3<&- &
program=$!
echo $program >"$KEPT_LOG.pid"
trap 'kill -TERM $program 2>/dev/null' TERM
{ read -r _ <&3; kill -TERM $program; } 2>/dev/null &
reader=$!
wait $program
code=$?
while kill -0 $program 2>/dev/null; do wait $program; code=$?; done
kill $reader 2>/dev/null
exit $code
`

/** Starts a program and resolves when its log says that it works. */
export async function startKept({ program, args, env, log, ready, patienceMs }: Options): Promise<KeptProgram> {
  await Promise.all([log, `${log}.pid`].map((old) => rm(old, { force: true }))) // of an earlier run
  const child = spawn('/bin/sh', ['-c', KEEPER, 'keeper', program, ...args], {
    env: { ...process.env, ...env, KEPT_LOG: log },
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  child.stdin!.on('error', () => {}) // it may be gone when we let go
  const read = (path: string) => readFile(path, 'utf8').catch(() => '')
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await delay(50)) {
    const pid = Number(await read(`${log}.pid`))
    if (pid > 0 && ready.test(await read(log))) return { child, pid }
    if (child.exitCode !== null) throw new Error(`${program} ended with code ${child.exitCode}; its last words:\n${lastLines(await read(log))}`)
  }
  child.kill('SIGTERM')
  throw new Error(`${program} was not ready after ${patienceMs / 1000} s; its last words:\n${lastLines(await read(log))}`)
}

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-12).join('\n')
