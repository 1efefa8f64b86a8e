import { Readable } from 'node:stream'
import { isFormula } from '../csv.ts'
import { columnName, escaped } from './letters.ts'
import { ZipFile } from 'yazl'

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const CONTENT_TYPES = `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`
const RELS = `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`
const workbookOf = (title: string): string => `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${escaped(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>`
const WORKBOOK_RELS = `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`
// 0 general, 1 text, 2 text that would be a formula once somebody edits it, 3 the head; then as STYLE_OF says. Days and times look as the reader's program has them.
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="9"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`

/** A text, or a figure that is shown as what it is. */
export type SheetCell = string | { style: keyof typeof STYLE_OF; figure: string }
const STYLE_OF = { figure: 4, number: 5, sum: 6, day: 7, time: 8 } as const

/** Of a sheet that people read: what it is called (31 letters at most), widths of columns in letters; each column can be filtered. */
type Layout = { title: string; widths: readonly number[] }

/** More rows than a sheet can have are cut nowhere silently: the writer stops with an error. */
const MAX_ROWS = 1_048_576

/** Rows -> a workbook of one sheet, made while it is read; the first row is the head. */
export async function* writeXlsx(parts: AsyncIterable<readonly (readonly SheetCell[])[]>, layout?: Layout): AsyncGenerator<Buffer> {
  const zip = new ZipFile()
  const failed = new Promise<never>((_resolve, reject) => zip.on('error', reject))
  failed.catch(() => {})
  for (const [name, text] of [['[Content_Types].xml', CONTENT_TYPES], ['_rels/.rels', RELS], ['xl/workbook.xml', workbookOf(layout?.title ?? 'Vitrylo')], ['xl/_rels/workbook.xml.rels', WORKBOOK_RELS], ['xl/styles.xml', STYLES]] as const) {
    zip.addBuffer(Buffer.from(text), name)
  }
  const sheet = Readable.from(sheetOf(parts, layout), { objectMode: false, highWaterMark: 64 * 1024 })
  // An error of the rows (a right that is lost) must end the file, not hang it.
  sheet.once('error', (error) => (zip.outputStream as Readable).destroy(error))
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml')
  zip.end()
  try {
    for await (const part of zip.outputStream as Readable) yield part as Buffer
  } finally {
    sheet.destroy()
  }
}

async function* sheetOf(parts: AsyncIterable<readonly (readonly SheetCell[])[]>, layout: Layout | undefined): AsyncGenerator<Buffer> {
  const cols = (layout?.widths ?? []).map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`)
  yield Buffer.from(`${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>${cols.length === 0 ? '' : `<cols>${cols.join('')}</cols>`}<sheetData>`)
  let line = 0
  for await (const rows of parts) {
    let text = ''
    for (const cells of rows) {
      if (++line > MAX_ROWS) throw new RangeError(`a sheet has room for ${MAX_ROWS} rows; take CSV`)
      text += rowOf(cells, line)
    }
    if (text !== '') yield Buffer.from(text)
  }
  yield Buffer.from(`</sheetData>${cols.length === 0 ? '' : `<autoFilter ref="A1:${columnName(cols.length - 1)}${line}"/>`}</worksheet>`)
}

function rowOf(cells: readonly SheetCell[], line: number): string {
  let text = `<row r="${line}">`
  for (const [at, cell] of cells.entries()) {
    if (cell === '') continue
    if (typeof cell === 'object') {
      text += `<c r="${columnName(at)}${line}" s="${STYLE_OF[cell.style]}"><v>${cell.figure}</v></c>`
      continue
    }
    const style = line === 1 ? 3 : isFormula(cell) ? 2 : 1
    text += `<c r="${columnName(at)}${line}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`
  }
  return `${text}</row>`
}
