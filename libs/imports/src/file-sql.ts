import { exec, one, sql, type Db } from '@vitrylo/pg'

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
