import { exec, many, one, sql, type Db } from '@vitrylo/pg'
import type { FileAccess } from './xlsx/zip.ts'

/** Adds a part of a file. Each part is stored by itself: an upload of minutes holds no transaction open. */
export async function insertChunk(db: Db, importId: string, uploadId: string, number: number, data: Buffer): Promise<void> {
  await exec(
    db,
    sql`insert into import_chunk (upload_id, number, import_id, data) values (${uploadId}, ${number}, ${importId}, ${data})`,
  )
}

export async function dropUpload(db: Db, uploadId: string): Promise<void> {
  await exec(db, sql`delete from import_chunk where upload_id = ${uploadId}`)
}

/** The bytes of a file in order. `seen` is told how far the reading came. */
export async function* readFile(db: Db, uploadId: string, seen: (bytes: number) => void = () => {}): AsyncGenerator<Buffer> {
  let bytes = 0
  for (let number = 0; ; number++) {
    const row = await one<{ data: Buffer }>(
      db,
      sql`select data from import_chunk where upload_id = ${uploadId} and number = ${number}`,
    )
    if (row === undefined) return
    yield row.data
    seen((bytes += row.data.length))
  }
}

/** The bytes of a file where they are wanted. `seen` is told how many were read in all. */
export async function fileAccess(db: Db, uploadId: string, seen: (bytes: number) => void = () => {}): Promise<FileAccess> {
  const chunks = await many<{ number: number; length: number }>(
    db,
    sql`select number, octet_length(data) as length from import_chunk where upload_id = ${uploadId} order by number`,
  )
  let [size, bytes] = [0, 0]
  const places = chunks.map(({ number, length }) => ({ number, start: size, end: (size += length) }))
  async function* range(start: number, end: number): AsyncGenerator<Buffer> {
    for (const place of places) {
      if (place.end <= start || place.start >= end) continue
      const row = await one<{ data: Buffer }>(db, sql`select data from import_chunk where upload_id = ${uploadId} and number = ${place.number}`)
      if (row === undefined) return
      const part = row.data.subarray(Math.max(0, start - place.start), end - place.start)
      yield part
      seen(Math.min(size, (bytes += part.length)))
    }
  }
  return { size, range }
}
