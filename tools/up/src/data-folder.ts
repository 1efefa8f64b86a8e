import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from './refusal.ts'
import { ROOT } from './settings.ts'
import { writeWhole } from './write-whole.ts'

const isRoot = process.getuid?.() === 0

/** Makes the folder, or checks that it is one of ours and not of a newer Vitrylo. `isNew`: nothing of ours is in it yet. Changes nothing in it. */
export function openDataFolder(dir: string, product: string = productVersion()): { isNew: boolean } {
  const versionFile = join(dir, 'version')
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    // As root the server runs as another user, who must be able to pass through; the secrets have modes of their own.
    chmodSync(dir, isRoot ? 0o711 : 0o700)
  } catch (error) {
    throw new Refusal(`The data folder ${dir} cannot be made or used: ${(error as Error).message}.`)
  }
  const isNew = !existsSync(versionFile)
  if (isNew) {
    const foreign = readdirSync(dir).filter((name) => !name.startsWith('lock'))
    if (foreign.length > 0) {
      throw new Refusal(`The folder ${dir} holds other files (${foreign.slice(0, 3).join(', ')}) and no data of Vitrylo; set VITRYLO_DATA_DIR to another one.`)
    }
  } else {
    checkVersion(dir, readFileSync(versionFile, 'utf8').trim(), product)
  }
  return { isNew }
}

/** From now on no older Vitrylo is let in: for who has the lock. Of a new folder at once, or what is made in it would be a stranger's; else when this release works on it. */
export function noteVersion(dir: string, product: string = productVersion()): void {
  writeWhole(join(dir, 'version'), `${product}\n`, 0o644)
}

function checkVersion(dir: string, found: string, product: string): void {
  const [theirs, ours] = [parse(found), parse(product)!]
  if (!theirs) throw new Refusal(`The file ${join(dir, 'version')} does not name a version of Vitrylo; this folder cannot be used.`)
  const newer = theirs.map((part, i) => part - ours[i]!).find((difference) => difference !== 0) ?? 0
  if (newer > 0) {
    throw new Refusal(`The data in ${dir} belong to the newer Vitrylo ${found}; this is Vitrylo ${product} and cannot read them.`)
  }
}

function parse(version: string): number[] | undefined {
  return /^(\d+)\.(\d+)\.(\d+)$/.exec(version)?.slice(1).map(Number)
}

export function productVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version
}
