import type { Db } from '@vitrylo/pg'
import { readCsv, type CsvRow } from './csv.ts'
import { decode } from './encoding.ts'
import { fileAccess, readFile } from './file-sql.ts'
import { readVcards } from './vcard/rows.ts'
import { readXlsx } from './xlsx/read.ts'

export type Format = 'csv' | 'xlsx' | 'vcard'

export type StoredFile = { uploadId: string; format: Format; encoding: string; delimiter: string }

/** What a file is, by its first bytes. */
export function formatOf(head: Buffer, encoding: string): Format {
  if (head.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1'))) return 'xlsx'
  const text = encoding.startsWith('utf-16') ? head.toString(encoding === 'utf-16le' ? 'utf16le' : 'latin1').replaceAll('\0', '') : head.toString('latin1')
  return /^(\ufeff|\xef\xbb\xbf|\xfe\xff|\s)*BEGIN:VCARD/i.test(text) ? 'vcard' : 'csv'
}

/** The rows of a stored file, the head first. `seen` is told how far the reading came. */
export async function* readRows(db: Db, file: StoredFile, seen?: (bytes: number) => void): AsyncGenerator<CsvRow[]> {
  if (file.format === 'xlsx') yield* readXlsx(await fileAccess(db, file.uploadId, seen))
  else if (file.format === 'vcard') yield* readVcards(decode(readFile(db, file.uploadId, seen), file.encoding))
  else yield* readCsv(decode(readFile(db, file.uploadId, seen), file.encoding), file.delimiter)
}
