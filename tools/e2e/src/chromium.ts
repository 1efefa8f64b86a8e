import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** The browser of this machine: VITRYLO_CHROMIUM, else the first one in PATH. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  const named = env.VITRYLO_CHROMIUM
  const folders = (env.PATH ?? '').split(delimiter)
  const candidates = named ? [named] : NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  return candidates.find(runs)
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
