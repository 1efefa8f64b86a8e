import { Readable } from 'node:stream'
import { AppError, invalid } from '@vitrylo/errors'
import yauzl, { type Entry, type ZipFile } from 'yauzl'

/** Bytes of a stored file, read where they are wanted. */
export type FileAccess = { size: number; range(start: number, end: number): AsyncIterable<Buffer> }

export type Archive = { names: ReadonlySet<string>; open(name: string): Promise<Readable>; close(): void }

const MAX_ENTRIES = 2_000
/** What a workbook may unpack to, whatever it says of itself: more is no table that people made. */
const MAX_UNPACKED = 2 * 1024 * 1024 * 1024
/** Tables of repeated words pack 1:60; a bomb 1:1000. Small files may be packed as they like. */
const MAX_RATIO = 200
const SMALL = 64 * 1024 * 1024

class Reader extends yauzl.RandomAccessReader {
  readonly #file: FileAccess
  constructor(file: FileAccess) {
    super()
    this.#file = file
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#file.range(start, end), { objectMode: false })
  }
}

/** Opens a zip by its directory at the end; refuses one that would not fit anywhere. No byte is unpacked for that. */
export async function openZip(file: FileAccess): Promise<Archive> {
  const zip = await yauzl.fromRandomAccessReaderPromise(new Reader(file), file.size, { autoClose: false }).catch(refuseBroken)
  const entries = new Map<string, Entry>()
  let unpacked = 0
  try {
    if (zip.entryCount > MAX_ENTRIES) throw tooLarge()
    for await (const entry of zip.eachEntry()) {
      unpacked += entry.uncompressedSize
      if (unpacked > MAX_UNPACKED || (unpacked > SMALL && unpacked > file.size * MAX_RATIO)) throw tooLarge()
      entries.set(entry.fileName, entry)
    }
  } catch (error) {
    zip.close()
    throw error instanceof AppError ? error : broken(error)
  }
  return { names: new Set(entries.keys()), open: (name) => openEntry(zip, entries.get(name)), close: () => zip.close() }
}

/** A part that unpacks to more than it says breaks off with an error (yauzl compares). */
async function openEntry(zip: ZipFile, entry: Entry | undefined): Promise<Readable> {
  if (entry === undefined) throw broken()
  return zip.openReadStreamPromise(entry).catch(refuseBroken)
}

const tooLarge = () => new AppError('INVALID_ARGUMENT', 'FILE_TOO_LARGE', 'the file unpacks to far more than it says; save the table as CSV', {})

function refuseBroken(error: unknown): never {
  throw broken(error)
}

/** What is no workbook, or a part of one that was cut off. */
export const broken = (cause?: unknown): AppError => {
  const { code, metadata, message, violations } = invalid([{ field: 'data', rule: 'format', description: 'is no whole workbook of Excel (xlsx); save it again, or as CSV' }])
  return new AppError(code, 'FIELDS_INVALID', message, metadata, violations, cause)
}
