import { isAmong } from '@vitrylo/auth'
import { AppError, notFound } from '@vitrylo/errors'
import type { Db, Sql } from '@vitrylo/pg'
import { filePart, type Call } from '@vitrylo/service'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import type { DownloadFileRequest } from '@vitrylo/proto/vitrylo/files/v1/file.ts'
import { heldFile } from './file-sql.ts'
import type { FileStore } from './store.ts'

export type Giving = {
  pool: Db
  store: FileStore
  resource: string
  /** A statement that gives `custom` of the record when the caller may see it. */
  record: (call: Call, recordId: string) => Sql
}

/** The bytes of a file to whoever may see the record and the field; to others there is none. */
export async function* giveFile({ pool, store, resource, record }: Giving, { recordId, fileId }: DownloadFileRequest, call: Call): AsyncGenerator<HttpBody> {
  const hidden = call.caller.limits()?.hidden.get(resource)
  const names = [...(hidden ?? [])].filter((name) => name.startsWith('custom.')).map((name) => name.slice('custom.'.length))
  const file = isAmong(hidden, 'custom') ? undefined : await heldFile(pool, fileId.toLowerCase(), record(call, recordId), names)
  if (file === undefined) throw notFound('file', fileId)
  call.deed.shows = { section: resource, recordId, field: `custom.${file.field}` }
  const bytes = await store.get(file.id).catch((error: unknown) => Promise.reject(lost(error)))
  let told = filePart(file.type, { name: file.name, size: file.size, etag: file.sha256 })
  for await (const data of bytes) {
    call.signal.throwIfAborted()
    for (let at = 0; at < data.length; at += PART) {
      yield { ...told, data: data.subarray(at, at + PART) as Buffer }
      told = { ...told, extensions: [] }
    }
  }
}

const PART = 64 * 1024

const lost = (error: unknown): unknown =>
  (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? new AppError('UNAVAILABLE', 'FILE_LOST', 'the store has no bytes of this file; tell the administrator: it was restored without its files, or they were taken out', {}, [], error)
    : error
