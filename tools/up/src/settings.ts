import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from './refusal.ts'

export type Env = Readonly<Record<string, string | undefined>>
export type Settings = Readonly<{
  host: string
  port: number
  /** How browsers reach it. */
  origin: string
  dataDir: string
  demo: boolean
  processes: 'one' | 'each'
  logLevel: string
}>

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export function loadSettings(env: Env): Settings {
  const host = env.VITRYLO_HOST || '127.0.0.1'
  const port = Number(env.VITRYLO_PORT || 8080)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Refusal('VITRYLO_PORT must be a port number from 1 to 65535.')
  const processes = env.VITRYLO_PROCESSES || 'one'
  if (processes !== 'one' && processes !== 'each') throw new Refusal('VITRYLO_PROCESSES must be "one" or "each".')
  return Object.freeze({
    host,
    port,
    origin: env.VITRYLO_ORIGIN || `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    dataDir: resolve(ROOT, env.VITRYLO_DATA_DIR || '.vitrylo'),
    demo: env.VITRYLO_DEMO !== '0',
    processes,
    logLevel: env.VITRYLO_LOG_LEVEL || 'warn',
  })
}
