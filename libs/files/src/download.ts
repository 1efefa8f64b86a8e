import { isAmong, type RightsStore } from '@vitrylo/auth'
import { notFound } from '@vitrylo/errors'
import type { Db, Sql } from '@vitrylo/pg'
import { filePart, type Call } from '@vitrylo/service'
import type { HttpBody } from '@vitrylo/proto/google/api/httpbody.ts'
import type { DownloadFileRequest } from '@vitrylo/proto/vitrylo/files/v1/file.ts'
import { heldFile } from './file-sql.ts'
import type { FileStore } from './store.ts'

export type Giving = {
  pool: Db
  rights: RightsStore
  store: FileStore
  resource: string
  /** A statement that gives `custom` of the record when the caller may see it. */
  record: (call: Call, recordId: string) => Sql
}

/** The bytes of a file to whoever may see the record and the field; to others there is none. */
export async function* giveFile({ pool, rights, store, resource, record }: Giving, { recordId, fileId, known }: DownloadFileRequest, call: Call): AsyncGenerator<HttpBody> {
  const hidden = call.caller.limits()?.hidden.get(resource)
  const names = [...(hidden ?? [])].filter((name) => name.startsWith('custom.')).map((name) => name.slice('custom.'.length))
  const file = isAmong(hidden, 'custom') ? undefined : await heldFile(pool, fileId.toLowerCase(), record(call, recordId), names)
  if (file === undefined) throw notFound('file', fileId)
  call.deed.shows = { section: resource, recordId, field: `custom.${file.field}` }
  const isSensitive = rights.data().customFields.get(resource)?.find(({ name }) => name === file.field)?.sensitive === true
  let told = filePart(file.type, { name: file.name, size: file.size, etag: file.sha256, ...(isSensitive && { isSensitive }) })
  // Who has these bytes is given none, and nothing was read. A marked field is kept by no browser: its reading is always one.
  if (!isSensitive && known.split(',').some((one) => one.trim().replace(/^W\//, '') === `"${file.sha256}"`)) {
    call.deed.gaveNothing = true
    yield { ...told, data: Buffer.alloc(0) }
    return
  }
  const bytes = await store.get(file.id)
  for await (const data of bytes) {
    call.signal.throwIfAborted()
    for (let at = 0; at < data.length; at += PART) {
      yield { ...told, data: data.subarray(at, at + PART) as Buffer }
      told = { ...told, extensions: [] }
    }
  }
}

const PART = 64 * 1024
