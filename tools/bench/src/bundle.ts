import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ROOT } from '../../up/src/settings.ts'

/** What a browser must load before it shows anything: the scripts that the page itself names, in kB of gzip. */
export function mainBundleKB(dist = join(ROOT, 'gateway/web/dist')): number | undefined {
  const page = join(dist, 'index.html')
  if (!existsSync(page)) return undefined
  const html = readFileSync(page, 'utf8')
  const scripts = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].map(([, path]) => path!)
  const bytes = [...new Set(scripts)].reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0)
  return bytes / 1000
}
