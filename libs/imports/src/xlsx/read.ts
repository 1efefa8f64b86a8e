import type { Readable } from 'node:stream'
import { AppError } from '@vitrylo/errors'
import type { CsvRow } from '../csv.ts'
import { createBudget, type Budget } from './budget.ts'
import { sheetReader, type Book } from './sheet.ts'
import { dateStyles } from './styles.ts'
import { unescaped } from './letters.ts'
import { parserOf, type On } from './xml.ts'
import { broken, openZip, type Archive, type FileAccess } from './zip.ts'

/** What a workbook may keep in memory while its sheet is read, in bytes and letters. */
export const BOUNDS = {
  /** Texts that cells share. */
  shared: 128 * 1024 * 1024,
  /** What tells of the workbook: names of sheets, styles. */
  part: 16 * 1024 * 1024,
}
type Bounds = Readonly<typeof BOUNDS>
/** Of all workbooks that are read at once. */
const budget = createBudget(192 * 1024 * 1024)
type Memory = ReturnType<Budget['open']>
/** What one text costs beside its letters. */
const SHARED_COST = 16

/** The rows of the first sheet of a workbook, the head first; the sheet is never in memory as a whole. */
export async function* readXlsx(file: FileAccess, bounds: Bounds = BOUNDS): AsyncGenerator<CsvRow[]> {
  const archive = await openZip(file)
  const memory = budget.open()
  try {
    const book = await readBook(archive, bounds, memory)
    const sheet = sheetReader(book)
    for await (const part of textOf(await archive.open(book.sheet))) yield sheet.add(part)
    yield sheet.end()
  } catch (error) {
    throw error instanceof AppError ? error : broken(error)
  } finally {
    memory.end()
    archive.close()
  }
}

async function* textOf(stream: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const part of stream) yield decoder.decode(part as Buffer, { stream: true })
  yield decoder.decode()
}

async function parse(archive: Archive, name: string, on: On, most: number): Promise<void> {
  const parser = parserOf(on)
  let letters = 0
  for await (const part of textOf(await archive.open(name))) {
    if ((letters += part.length) > most) throw tooMuch()
    parser.write(part)
  }
  parser.close()
}

async function readBook(archive: Archive, bounds: Bounds, memory: Memory): Promise<Book> {
  let since1904 = false
  let first: string | undefined
  await parse(archive, 'xl/workbook.xml', {
    open({ name, attributes }) {
      if (name === 'workbookPr') since1904 = ['1', 'true'].includes(attributes.date1904 ?? '')
      if (name === 'sheet') first ??= attributes['r:id'] ?? Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1]
    },
  }, bounds.part)
  const targets = new Map<string, string>()
  await parse(archive, 'xl/_rels/workbook.xml.rels', {
    open({ name, attributes: { Id, Target = '' } }) {
      if (name === 'Relationship' && Id !== undefined) targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`)
    },
  }, bounds.part)
  const sheet = targets.get(first ?? '')
  if (sheet === undefined) throw broken()
  return { sheet, since1904, dates: await readStyles(archive, bounds), shared: await readShared(archive, bounds, memory) }
}

async function readStyles(archive: Archive, { part }: Bounds): Promise<ReadonlySet<number>> {
  const formats = new Map<number, string>()
  const styles: number[] = []
  let inCells = false
  if (!archive.names.has('xl/styles.xml')) return new Set()
  await parse(archive, 'xl/styles.xml', {
    open({ name, attributes: { numFmtId = '0', formatCode = '' } }) {
      if (name === 'numFmt') formats.set(Number(numFmtId), formatCode)
      if (name === 'cellXfs') inCells = true
      if (name === 'xf' && inCells) styles.push(Number(numFmtId))
    },
    close(name) {
      if (name === 'cellXfs') inCells = false
    },
  }, part)
  return dateStyles(formats, styles)
}

/** Texts of cells; those of phonetic hints (Japanese) are none. */
async function readShared(archive: Archive, { shared: most }: Bounds, memory: Memory): Promise<string[]> {
  const shared: string[] = []
  if (!archive.names.has('xl/sharedStrings.xml')) return shared
  let [text, size, reading, hints] = ['', 0, false, 0]
  await parse(archive, 'xl/sharedStrings.xml', {
    open({ name }) {
      if (name === 'si') text = ''
      if (name === 'rPh') hints++
      reading = name === 't' && hints === 0
    },
    text(piece) {
      if (!reading) return
      text += piece
      size += piece.length * 2
      memory.take(piece.length * 2)
      if (size > most) throw tooMuch()
    },
    close(name) {
      reading = false
      if (name === 'rPh') hints--
      if (name !== 'si') return
      shared.push(unescaped(text))
      memory.take(SHARED_COST)
      if ((size += SHARED_COST) > most) throw tooMuch()
    },
  }, Number.POSITIVE_INFINITY)
  return shared
}

const tooMuch = () => new AppError('INVALID_ARGUMENT', 'FILE_TOO_LARGE', 'the workbook has too many texts; save it as CSV', {})
