import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '@vitrylo/errors'
import { optional, refuse, required, urlOf, whole, type Env } from '@vitrylo/service'
import { folderStore } from './folder-store.ts'
import { s3Store } from './s3-store.ts'
import type { FileStore } from './store.ts'

const MIB = 1024 * 1024

/** VITRYLO_FILES_HOURLY: bytes of files that one person brings within an hour, at most. */
export const filesHourlyOf = (env: Env): number => whole(env, 'VITRYLO_FILES_HOURLY', 2048 * MIB)

/**
 * VITRYLO_FILES_DIR: folder of the bytes, for one machine. Or VITRYLO_FILES_S3_URL: address of a bucket, with
 * VITRYLO_FILES_S3_REGION, VITRYLO_FILES_S3_KEY_ID and VITRYLO_FILES_S3_SECRET(_FILE). Each service has its own folder in it.
 * The bucket stands in the path (`https://s3.example.ua/vitrylo`, folders may follow) or, where the address has no path, in the host.
 */
export function storeOf(env: Env, service: string): FileStore {
  const dir = optional(env, 'VITRYLO_FILES_DIR')
  const bucket = optional(env, 'VITRYLO_FILES_S3_URL')
  if (dir !== undefined && bucket !== undefined) refuse('VITRYLO_FILES_DIR', 'is given beside VITRYLO_FILES_S3_URL: files stand in one of them')
  if (dir !== undefined) return folderStore(ownFolder(join(dir, service)))
  if (bucket === undefined) return NONE
  const secret = (): string => required(env, 'VITRYLO_FILES_S3_SECRET')
  const keyId = (): string => required(env, 'VITRYLO_FILES_S3_KEY_ID')
  secret()
  keyId()
  const { origin, hostname, pathname } = new URL(urlOf(env, 'VITRYLO_FILES_S3_URL', ['https', 'http']))
  const [name = '', ...folders] = pathname.split('/').filter((part) => part !== '')
  // Taken for the bucket, a folder would be asked for uploads that broke off, and no removal would ever end.
  if (name !== '' && IN_HOST.test(hostname)) refuse('VITRYLO_FILES_S3_URL', `names the bucket in the host and a folder behind it; give ${origin} alone, or the bucket in the path: https://s3.<region>.amazonaws.com/<bucket>/${name}`)
  return s3Store({
    bucket: name === '' ? origin : `${origin}/${name}`, folder: [...folders, service].join('/'),
    region: optional(env, 'VITRYLO_FILES_S3_REGION') ?? 'us-east-1', keyId, secret,
  })
}

/** Of the stores whose hosts tell it; others name the bucket in the path as soon as there is one. */
const IN_HOST = /^.+\.s3[.-].*amazonaws\.com$/

function ownFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    refuse('VITRYLO_FILES_DIR', `names a folder that cannot be used: ${(error as NodeJS.ErrnoException).code}`)
  }
  return path
}

const off = async (): Promise<never> => {
  throw new AppError('FAILED_PRECONDITION', 'FILES_OFF', 'no place for files is set up; set VITRYLO_FILES_DIR or VITRYLO_FILES_S3_URL')
}
/** The product runs without a place for files; fields of files then take none. */
const NONE: FileStore = { put: off, get: off, remove: off }
