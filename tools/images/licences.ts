import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { licenceOf, manifestOf } from './packages.ts'

export const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i
const LINE = '-'.repeat(80)

/** One file with the name and the text of every licence in the image: what most of them ask of who passes them on. */
export function writeLicences(out: string, packages: readonly string[]): void {
  const parts = new Set(packages.map((folder) => partOf(join(out, folder))))
  writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), [...parts].toSorted().join('\n'))
}

function partOf(folder: string): string {
  const manifest = manifestOf(folder)
  const texts = readdirSync(folder)
    .filter((name) => LICENCE_FILE.test(name))
    .toSorted()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
  return [LINE, `${manifest.name} ${manifest.version} (${licenceOf(manifest) ?? 'see the text'})`, '', ...texts, ''].join('\n')
}
