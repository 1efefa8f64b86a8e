import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Env = Readonly<Record<string, string | undefined>>

/** Where the product of a data folder answers, for commands in a second terminal: as it was told (VITRYLO_URL), as the folder's lock says, or on the usual port. */
export function runningOrigin(env: Env): string {
  if (env.VITRYLO_URL) return env.VITRYLO_URL
  try {
    const { origin } = JSON.parse(readFileSync(join(env.VITRYLO_DATA_DIR ?? '.vitrylo', 'lock'), 'utf8')) as { origin: string }
    return origin
  } catch {
    return `http://127.0.0.1:${env.VITRYLO_PORT ?? 8080}`
  }
}
