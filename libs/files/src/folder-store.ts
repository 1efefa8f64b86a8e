import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '@vitrylo/errors'
import { lost, type FileStore } from './store.ts'

const PART = 64 * 1024
// Full, over the quota, or made read only because it is full or broken.
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG', 'EIO'])

/** Files in a folder of this machine: written beside, made sure of, then given their name. */
export function folderStore(root: string): FileStore {
  // The end of an id is its random part: folders fill evenly.
  const pathOf = (key: string): string => join(root, key.slice(-2), key)
  return {
    async put(key, bytes) {
      const path = pathOf(key)
      const half = `${path}.part`
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await writeDurably(half, bytes)
        await rename(half, path)
        await syncFolder(dirname(path))
        await syncFolder(root)
      } catch (error) {
        await rm(half, { force: true }).catch(() => {}) // the first error is the one to tell; the sweep comes by
        throw noRoom(error)
      }
    },
    async get(key) {
      const file = await open(pathOf(key), 'r').catch((error: NodeJS.ErrnoException) => Promise.reject(error.code === 'ENOENT' ? lost(key) : error))
      return file.createReadStream({ highWaterMark: PART })
    },
    async remove(key) {
      await rm(pathOf(key), { force: true })
      await rm(`${pathOf(key)}.part`, { force: true })
    },
  }
}

async function writeDurably(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    for await (const part of bytes) await file.writeFile(part)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A name is lost with the power unless its folder is written too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}

function noRoom(error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  if (!NO_ROOM.has(code)) return error
  return new AppError('UNAVAILABLE', 'FILE_STORE_FULL', 'there is no room for files; nothing of this one was kept. Try again when the administrator has made room', {}, [], error)
}
