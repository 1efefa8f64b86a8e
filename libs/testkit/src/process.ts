import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

export type TestProcess = {
  /** What it sent over its channel when it was ready: an address or a port. */
  ready: Promise<string | number>
  /** How it ended, and what it said. */
  ended: Promise<{ code: number | null; stdout: string; stderr: string; ms: number }>
  signal(name: 'SIGTERM' | 'SIGKILL'): void
}

const KEEP = new URL('./keep-code.ts', import.meta.url).href
const running = new Set<TestProcess>()

/** A program of ours as a process of its own, as a container runs it. */
export function startProcess(main: URL, env: Record<string, string>, args: string[] = []): TestProcess {
  const began = performance.now()
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--import', KEEP, fileURLToPath(main), ...args], {
    // A program that is started again and again in one test does not read its sources anew each time.
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(tmpdir(), 'vitrylo-test-code'), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout!.on('data', (chunk) => (stdout += chunk))
  child.stderr!.on('data', (chunk) => (stderr += chunk))
  const ended = once(child, 'close').then(([code]) => {
    running.delete(started)
    return { code, stdout, stderr, ms: performance.now() - began }
  })
  const sent = once(child, 'message').then(([message]) => (message as { ready: string }).ready)
  const ready = Promise.race([sent, ended.then(({ code }) => Promise.reject<string>(new Error(`ended with ${code} before it was ready: ${stderr}`)))])
  ready.catch(() => {})
  const started: TestProcess = { ready, ended, signal: (name) => void child.kill(name) }
  running.add(started)
  return started
}

/** For afterAll: what a failed test left running ends. */
export async function endProcesses(): Promise<void> {
  for (const { signal } of running) signal('SIGKILL')
  await until(() => running.size === 0)
}
