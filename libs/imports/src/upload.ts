import { AppError, invalid, notFound } from '@vitrylo/errors'
import type { Db } from '@vitrylo/pg'
import type { UploadImportRequest } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { detectDelimiter, readCsv } from './csv.ts'
import { decode, detectEncoding } from './encoding.ts'
import { insertChunk, readFile } from './file-sql.ts'
import type { UploadedFile } from './import-sql.ts'

const MAX_BYTES = 256 * 1024 * 1024
const CHUNK = 256 * 1024
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Stores the parts of a file as they come. `admit` judges the import that the first part names. */
export async function storeUpload(
  db: Db,
  parts: AsyncIterable<UploadImportRequest>,
  uploadId: string,
  admit: (id: string) => Promise<void>,
): Promise<{ id: string; bytes: number; encoding: string }> {
  const detector = detectEncoding()
  let id = ''
  let bytes = 0
  let number = 0
  let waiting: Buffer[] = []
  let waitingBytes = 0
  const store = async (): Promise<void> => {
    if (waitingBytes === 0) return
    await insertChunk(db, id, uploadId, number++, Buffer.concat(waiting))
    waiting = []
    waitingBytes = 0
  }
  for await (const part of parts) {
    if (id === '') {
      if (!UUID.test(part.id)) throw notFound('import', part.id)
      await admit((id = part.id))
    }
    bytes += part.data.length
    if (bytes > MAX_BYTES) throw new AppError('INVALID_ARGUMENT', 'FILE_TOO_LARGE', 'the file is larger than 256 MiB; cut it', {})
    detector.add(part.data)
    waiting.push(part.data)
    waitingBytes += part.data.length
    if (waitingBytes >= CHUNK) await store()
  }
  await store()
  if (bytes === 0) throw invalid([{ field: 'data', rule: 'required', description: 'the file is empty' }])
  return { id, bytes, encoding: detector.result() }
}

const MAX_COLUMNS = 1_000

/** Reads the head of a stored file. */
export async function readHead(
  db: Db,
  uploadId: string,
  encoding: string,
  delimiter: string,
): Promise<Pick<UploadedFile, 'delimiter' | 'columns'>> {
  let used = delimiter
  async function* text(): AsyncGenerator<string> {
    for await (const part of decode(readFile(db, uploadId), encoding)) {
      if (used === '') used = detectDelimiter(part)
      yield part
    }
  }
  const parts = text()
  const first = await parts.next()
  if (first.done) throw invalid([{ field: 'data', rule: 'required', description: 'the file is empty' }])
  async function* all(): AsyncGenerator<string> {
    yield first.value as string
    yield* parts
  }
  for await (const [row] of readCsv(all(), used)) {
    if (row === undefined) continue
    const { cells, problem } = row
    const named = cells.filter((cell) => cell !== '') // a delimiter at the end of the line makes a column without a name
    if (problem !== undefined || cells.length > MAX_COLUMNS || named.length === 0 || new Set(named).size < named.length) {
      throw invalid([{ field: 'data', rule: 'head', description: 'the first line must name the columns, each by another name' }])
    }
    return { delimiter: used, columns: cells.map((cell) => cell.replaceAll('\0', '')) }
  }
  throw invalid([{ field: 'data', rule: 'head', description: 'the file has no line that names the columns' }])
}
