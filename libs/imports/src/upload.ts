import { AppError, invalid, notFound } from '@vitrylo/errors'
import { isUuid, type Db } from '@vitrylo/pg'
import type { UploadImportRequest } from '@vitrylo/proto/vitrylo/imports/v1/import.ts'
import { detectDelimiter, type CsvRow } from './csv.ts'
import { decode, detectEncoding } from './encoding.ts'
import { insertChunk, readFile } from './file-sql.ts'
import type { UploadedFile } from './import-sql.ts'
import { formatOf, readRows, type Format, type StoredFile } from './source.ts'

const MAX_BYTES = 256 * 1024 * 1024
const CHUNK = 256 * 1024
const HEAD = 64

/** Stores the parts of a file as they come. `admit` judges the import that the first part names. */
export async function storeUpload(
  db: Db,
  parts: AsyncIterable<UploadImportRequest>,
  uploadId: string,
  admit: (id: string) => Promise<void>,
): Promise<{ id: string; bytes: number; encoding: string; format: Format }> {
  const detector = detectEncoding()
  let id = ''
  let bytes = 0
  let number = 0
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let head = Buffer.alloc(0)
  const store = async (): Promise<void> => {
    if (waitingBytes === 0) return
    await insertChunk(db, id, uploadId, number++, Buffer.concat(waiting))
    waiting = []
    waitingBytes = 0
  }
  for await (const part of parts) {
    if (id === '') {
      if (!isUuid(part.id)) throw notFound('import', part.id)
      await admit((id = part.id))
    }
    bytes += part.data.length
    if (bytes > MAX_BYTES) throw new AppError('INVALID_ARGUMENT', 'FILE_TOO_LARGE', 'the file is larger than 256 MiB; cut it', {})
    detector.add(part.data)
    if (head.length < HEAD) head = Buffer.concat([head, part.data.subarray(0, HEAD)])
    waiting.push(part.data)
    waitingBytes += part.data.length
    if (waitingBytes >= CHUNK) await store()
  }
  await store()
  if (bytes === 0) throw invalid([{ field: 'data', rule: 'required', description: 'the file is empty' }])
  const encoding = detector.result()
  return { id, bytes, encoding, format: formatOf(head, encoding) }
}

const MAX_COLUMNS = 1_000

/** So many rows tell how a column is written. */
const SAMPLE = 1_000

/** What a file begins with: what its columns are called, and the first cells of each, by column. */
export type Head = Pick<UploadedFile, 'delimiter' | 'columns'> & { sample: readonly (readonly string[])[] }

/** Reads the head of a stored file and its first rows. */
export async function readHead(db: Db, file: StoredFile): Promise<Head> {
  const delimiter = file.delimiter || (file.format === 'csv' ? await delimiterOf(db, file) : ',')
  let columns: string[] | undefined
  const sample: string[][] = []
  for await (const [first, ...others] of readRows(db, { ...file, delimiter })) {
    const rows = columns === undefined ? others : [first, ...others]
    columns ??= first && namesIn(first)
    for (const row of rows) if (row?.problem === undefined && sample.length < SAMPLE) sample.push(row?.cells ?? [])
    if (sample.length >= SAMPLE) break
  }
  if (columns === undefined) throw invalid([{ field: 'data', rule: 'head', description: 'the file has no line that names the columns' }])
  return { delimiter, columns, sample: columns.map((_name, at) => sample.map((cells) => cells[at] ?? '').filter((cell) => cell !== '')) }
}

function namesIn({ cells, problem }: CsvRow): string[] {
  const named = cells.filter((cell) => cell !== '') // a delimiter at the end of the line makes a column without a name
  if (problem !== undefined || cells.length > MAX_COLUMNS || named.length === 0 || new Set(named).size < named.length) {
    throw invalid([{ field: 'data', rule: 'head', description: 'the first line must name the columns, each by another name' }])
  }
  return cells.map((cell) => cell.replaceAll('\0', ''))
}

async function delimiterOf(db: Db, { uploadId, encoding }: StoredFile): Promise<string> {
  for await (const part of decode(readFile(db, uploadId), encoding)) return detectDelimiter(part)
  throw invalid([{ field: 'data', rule: 'required', description: 'the file is empty' }])
}
