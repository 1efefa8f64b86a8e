import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from './settings.ts'

const WEB = join(ROOT, 'gateway/web')
const STAMP = join(WEB, 'dist/.sources')
const SKIP = new Set(['dist', 'node_modules', 'e2e', 'test', 'scripts'])

/** Builds the web client unless what lies there was built from exactly these sources. */
export async function buildWeb(say: (line: string) => void): Promise<void> {
  if (!existsSync(join(WEB, 'index.html'))) return
  const sources = hashOf([...filesOf(WEB), join(ROOT, 'package-lock.json')])
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return
  say('Building the web client…')
  const vite = join(createRequire(join(WEB, 'package.json')).resolve('vite/package.json'), '../bin/vite.js')
  try {
    await promisify(execFile)(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: WEB })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`the web client could not be built\n${stdout}${stderr}`)
  }
  writeFileSync(STAMP, sources)
}

function filesOf(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    if (SKIP.has(entry.name) || entry.name.startsWith('.')) return []
    return entry.isDirectory() ? filesOf(join(dir, entry.name)) : [join(dir, entry.name)]
  })
}

function hashOf(files: string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(relative(ROOT, file)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}
