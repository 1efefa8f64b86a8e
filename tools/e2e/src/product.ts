import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@vitrylo/pg/free-ports.ts'

const START_MS = 180_000
const STOP_MS = 20_000
const READY = 'Vitrylo is ready'

export type Product = {
  url: string
  dataDir: string
  log: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Stops it and takes its data away. */
  remove(): Promise<void>
}

/** `make up` as a user has it, on a free port and in an empty folder. */
export async function createProduct(root: string): Promise<Product> {
  const dir = mkdtempSync(join(tmpdir(), 'vitrylo-e2e-'))
  const [dataDir, log, port] = [join(dir, 'data'), join(dir, 'up.log'), await freePort()]
  let child: ChildProcess | undefined
  let failed = false

  async function start(): Promise<void> {
    const out = openSync(log, 'a')
    const before = readFileSync(log, 'utf8').length
    const env = { ...process.env, VITRYLO_PORT: String(port), VITRYLO_DATA_DIR: dataDir, VITRYLO_HOST: '127.0.0.1', VITRYLO_DEMO: '1' }
    child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'tools/up/main.ts'], { cwd: root, env, stdio: ['ignore', out, out] })
    closeSync(out)
    const deadline = Date.now() + START_MS
    while (!readFileSync(log, 'utf8').slice(before).includes(READY)) {
      if (child.exitCode !== null || Date.now() > deadline) throw broken(`the product did not start`)
      await delay(100)
    }
  }

  async function stop(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child?.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(timer)
  }

  function broken(what: string): Error {
    failed = true
    return new Error(`${what}; ${log} ends with:\n${readFileSync(log, 'utf8').slice(-2000)}`)
  }

  return {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    log,
    start,
    stop,
    async remove() {
      await stop()
      rmSync(failed ? dataDir : dir, { recursive: true, force: true })
    },
  }
}
