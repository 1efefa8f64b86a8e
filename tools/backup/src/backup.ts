import { realpathSync } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { acquireLock } from '../../up/src/lock.ts'
import { productVersion } from '../../up/src/data-folder.ts'
import { stopOrphan } from '../../up/src/postgres-orphan.ts'
import { Refusal } from '../../up/src/refusal.ts'
import { writeWhole } from '../../up/src/write-whole.ts'
import { copyWithHash } from './copy.ts'
import { MANIFEST, type FileEntry, type Manifest } from './manifest.ts'

/** Locks, logs and drafts belong to a run and not to the data; the pid file of a server that was killed is one of them. */
const LEFT_OUT = /^(lock.*|.*\.log|.*\.new|postgres[/\\]postmaster\.(pid|opts)|.*\.s\.PGSQL\..*)$/

/**
 * A copy of a data folder that nobody uses meanwhile: files, secrets and all databases as of one moment. The manifest is
 * written last, so that a copy that was cut off is none.
 */
export async function backUp(dataDir: string, to: string): Promise<Manifest> {
  await stat(join(dataDir, 'version')).catch(() => {
    throw new Refusal(`The folder ${dataDir} holds no data of Vitrylo; nothing was copied.`)
  })
  await requireEmpty(to)
  const lock = acquireLock(dataDir, 'a backup')
  try {
    // The lock of a launcher that was killed is nobody's, and its server may still be writing.
    await stopOrphan(join(realpathSync(dataDir), 'postgres'))
    const files: FileEntry[] = []
    for (const path of await filesOf(dataDir)) {
      const from = join(dataDir, path)
      const { mode, size } = await stat(from)
      files.push({ path: path.split(sep).join('/'), size, mode: mode & 0o777, sha256: await copyWithHash(from, join(to, 'data', path), 0o600) })
    }
    const manifest: Manifest = { version: productVersion(), time: new Date().toISOString(), folders: await foldersOf(dataDir), files }
    writeWhole(join(to, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`, 0o600)
    return manifest
  } finally {
    lock.release()
  }
}

async function requireEmpty(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  if ((await readdir(dir)).length > 0) throw new Refusal(`The folder ${dir} is not empty; name a new one for the backup.`)
}

const listed = async (dataDir: string) =>
  (await readdir(dataDir, { recursive: true, withFileTypes: true }))
    .map((entry) => ({ entry, path: relative(dataDir, join(entry.parentPath, entry.name)) }))
    .filter(({ path }) => !LEFT_OUT.test(path))

const filesOf = async (dataDir: string): Promise<string[]> =>
  (await listed(dataDir)).filter(({ entry }) => entry.isFile()).map(({ path }) => path).toSorted()

// PostgreSQL does not start without its empty folders.
const foldersOf = async (dataDir: string): Promise<string[]> =>
  (await listed(dataDir)).filter(({ entry }) => entry.isDirectory()).map(({ path }) => path.split(sep).join('/')).toSorted()
