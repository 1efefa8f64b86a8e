import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { Refusal } from '../../up/src/refusal.ts'

export const MANIFEST = 'manifest.json'

/** Bytes, permissions and digest of one file; the path is relative and has slashes. */
export type FileEntry = { path: string; size: number; mode: number; sha256: string }

/** What a backup holds. */
export type Manifest = {
  /** Of Vitrylo, when the copy was made. */
  version: string
  /** When the data were as they are here. */
  time: string
  folders: string[]
  files: FileEntry[]
}

export async function readManifest(from: string): Promise<Manifest> {
  try {
    const manifest = JSON.parse(await readFile(join(from, MANIFEST), 'utf8')) as Manifest
    for (const path of [...manifest.folders, ...manifest.files.map((file) => file.path)]) requireInside(path)
    return manifest
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(`The folder ${from} is no whole backup: its ${MANIFEST} is missing or damaged.`)
  }
}

/** A path of the manifest never leads out of the folder that is restored. */
function requireInside(path: string): void {
  if (isAbsolute(path) || path.split('/').includes('..')) throw new Refusal(`The backup names the file ${path}, which lies outside of it.`)
}
