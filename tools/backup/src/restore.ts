import { chmod, lchown, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { serverAccount } from '@vitrylo/pg/server-account.ts'
import { Refusal } from '../../up/src/refusal.ts'
import { copyWithHash } from './copy.ts'
import { readManifest, type Manifest } from './manifest.ts'

/** Makes a data folder of a backup. Every file is compared with the manifest; the folder is there whole or not at all. */
export async function restore(from: string, dataDir: string): Promise<Manifest> {
  const manifest = await readManifest(from)
  if ((await readdir(dataDir).catch(() => [])).length > 0) {
    throw new Refusal(`The folder ${dataDir} is not empty; move it away first, a restore overwrites nothing.`)
  }
  const draft = `${dataDir}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o700 })
  for (const folder of manifest.folders) await mkdir(join(draft, folder), { recursive: true, mode: 0o700 })
  for (const { path, mode, sha256 } of manifest.files) {
    const found = await copyWithHash(join(from, 'data', path), join(draft, path), mode).catch((error: NodeJS.ErrnoException) => {
      throw new Refusal(`The backup lacks the file ${path} (${error.code}); nothing was restored.`)
    })
    if (found !== sha256) throw new Refusal(`The file ${path} of the backup is not as it was copied; nothing was restored.`)
  }
  await handOver(draft, manifest)
  await rm(dataDir, { recursive: true, force: true })
  await rename(draft, dataDir)
  return manifest
}

/** As root the server runs as a user of its own, to whom its files belong. */
async function handOver(draft: string, { folders, files }: Manifest): Promise<void> {
  const { owner } = await serverAccount([dirname(draft)])
  if (owner === undefined) return
  await chmod(draft, 0o711)
  const theirs = [...folders, ...files.map(({ path }) => path)].filter((path) => path === 'postgres' || path.startsWith('postgres/'))
  for (const path of theirs) await lchown(join(draft, path), owner.uid, owner.gid)
}
