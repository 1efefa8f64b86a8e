import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@vitrylo/pg/free-ports.ts'
import type { Access } from '../../demo/src/load/api.ts'

export type Product = {
  pid: number
  /** Superuser's url; for the floor's own database and for looking, never for preparing what is measured. */
  admin: string
  /** Starts services and gateway; gives how the API is reached and how long it took. */
  start(): Promise<Started>
  stop(): Promise<void>
}

/** `adminPassword` is of the person `admin`; `Access` is the machine client. */
export type Started = Access & { seconds: number; adminPassword: string }

export type ProductOptions = {
  processes?: 'one' | 'each'
  /** Build the client first, as `make up` does. */
  web?: boolean
  logLevel?: string
  /** Where product.log is written; beside the data folder if not given. */
  logDir?: string
  /** What libs/telemetry reads. */
  telemetry?: Record<string, string>
}

/** The database of a data folder runs; services and gateway follow on `start`. */
export async function openProduct(dataDir: string, { processes = 'one', web = true, logLevel = 'info', logDir = dirname(dataDir), telemetry = {} }: ProductOptions = {}): Promise<Product> {
  const port = await freePort()
  const logFile = join(logDir, 'product.log')
  const log = openSync(logFile, 'a')
  const began = performance.now()
  const child = fork(fileURLToPath(new URL('product-process.ts', import.meta.url)), web ? ['web'] : [], {
    env: {
      PATH: process.env.PATH,
      MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX,
      VITRYLO_DATA_DIR: dataDir,
      VITRYLO_PORT: String(port),
      VITRYLO_PROCESSES: processes,
      VITRYLO_LOG_LEVEL: logLevel,
      ...telemetry,
    },
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const { admin } = (await messageOf(child, logFile)) as { admin: string }
  const seconds = (performance.now() - began) / 1000
  return {
    pid: child.pid!,
    admin,
    async start() {
      const rest = performance.now()
      child.send('start')
      const told = (await messageOf(child, logFile)) as Pick<Started, 'origin' | 'clientSecret' | 'adminPassword'>
      return { ...told, clientId: 'vitrylo-integration', seconds: seconds + (performance.now() - rest) / 1000 }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

async function messageOf(child: ChildProcess, logFile: string): Promise<unknown> {
  const message = once(child, 'message').then(([value]) => value)
  const end = once(child, 'exit').then(() => {
    throw new Error(`the product ended; its log stands in ${logFile}`)
  })
  return Promise.race([message, end])
}
