import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Access } from '../../demo/src/load/api.ts'
import { runningOrigin } from '../../up/src/running.ts'

export type Env = Readonly<Record<string, string | undefined>>
export type Settings = { set: string; folder: URL; access: Access }

const CLIENT = 'vitrylo-integration'

/** What to load, from where, and with which access. */
export function readSettings(args: readonly string[], env: Env, sets: readonly string[]): Settings {
  const { positionals, values } = parseArgs({ args: [...args], options: { dir: { type: 'string' } }, allowPositionals: true })
  const [set] = positionals
  if (set === undefined || positionals.length > 1 || !sets.includes(set)) {
    throw new Error(`npm run load -- <set> [--dir <folder of the sets>]; sets: ${sets.join(', ')}`)
  }
  const folder = join(resolve(values.dir ?? '../shared/data'), set)
  if (!existsSync(folder)) throw new Error(`there is no folder ${folder}; say where the sets are: --dir`)
  return { set, folder: pathToFileURL(`${folder}/`), access: { origin: runningOrigin(env), clientId: CLIENT, clientSecret: secretOf(env) } }
}

function secretOf(env: Env): string {
  if (env.VITRYLO_CLIENT_SECRET) return env.VITRYLO_CLIENT_SECRET
  const path = join(env.VITRYLO_DATA_DIR ?? '.vitrylo', 'credentials.json')
  try {
    const { clients } = JSON.parse(readFileSync(path, 'utf8')) as { clients: Record<string, string> }
    return clients[CLIENT]!
  } catch {
    throw new Error(`no secret of ${CLIENT}: ${path} cannot be read; start the product, or set VITRYLO_CLIENT_SECRET`)
  }
}
