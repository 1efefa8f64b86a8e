import { expect, test } from '@jest/globals'
import iconv from 'iconv-lite'
import { csvLine, detectDelimiter, readCsv, type CsvRow } from '../src/csv.ts'
import { decode, detectEncoding } from '../src/encoding.ts'

async function* cut(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

async function read(text: string, delimiter = ',', size = text.length): Promise<CsvRow[]> {
  const rows: CsvRow[] = []
  for await (const some of readCsv(cut(text, size), delimiter)) rows.push(...some)
  return rows
}

const HARD = [
  'id,name,x',
  '1,"a ""q"" b",2',
  '2,"bad"x,3',
  '3,ok,4',
  '4,"unclosed,5',
  '5, fine ,6',
  '6,"line one',
  'line two",7',
  '',
  '7,short',
  '8,a,b,c',
  '9,"end",',
].join('\r\n')

test.each([1, 2, 3, 7, 1000])('a row that cannot be read costs only itself, in parts of %i letters', async (size) => {
  const rows = await read(HARD, ',', size)
  expect(rows.filter(({ problem }) => problem === undefined)).toEqual([
    { line: 1, cells: ['id', 'name', 'x'] },
    { line: 2, cells: ['1', 'a "q" b', '2'] },
    { line: 4, cells: ['3', 'ok', '4'] },
    { line: 6, cells: ['5', 'fine', '6'] },
    { line: 7, cells: ['6', 'line one\r\nline two', '7'] },
    { line: 11, cells: ['9', 'end', ''] },
  ])
  expect(rows.flatMap(({ line, problem }) => (problem ? [[line, problem.rule, problem.column]] : []))).toEqual([
    [3, 'quotes', 1],
    [5, 'quotes', 1],
    [9, 'columns', -1],
    [10, 'columns', -1],
  ])
})

test('a quote that is never closed does not swallow the end of the file', async () => {
  const rows = await read('a,b\n1,"x\n2,y\n3,z\n')
  expect(rows.map(({ line, problem }) => [line, problem?.rule])).toEqual([[1, undefined], [2, 'quotes'], [3, undefined], [4, undefined]])
})

test('the delimiter is found in the head, quotes do not count', () => {
  expect(detectDelimiter('a;b;c\n1,2;3')).toBe(';')
  expect(detectDelimiter('a\tb, c\td\n')).toBe('\t')
  expect(detectDelimiter('"a;b;c",d\n')).toBe(',')
})

test('what is written can be read again', async () => {
  const cells = ['a;b', 'say "x"', 'two\nlines', '', 'їжак']
  expect((await read(csvLine(['1', '2', '3', '4', '5'], ';') + csvLine(cells, ';'), ';'))[1]!.cells).toEqual(cells)
})

test.each([
  ['letters', 'x'.repeat(3_000_000)],
  ['delimiters', ','.repeat(3_000_000)],
  ['a quoted line and letters', `"a\nb",${'x'.repeat(3_000_000)}`],
  ['an open quote', `"${'x'.repeat(3_000_000)}`],
])('a line of three million %s is given up, what stands behind it is read', async (_what, long) => {
  for (const size of [65_536, 4_000_000]) {
    const rows = await read(`a,b\n${long}\n1,2\n`, ',', size)
    expect(rows[1]).toMatchObject({ line: 2, problem: { rule: expect.stringMatching(/^(length|quotes)$/) } })
    expect(Math.max(...rows.map(({ cells }) => cells.length))).toBeLessThanOrEqual(1_001)
    expect(rows.at(-1)).toEqual({ line: long.includes('\n') ? 4 : 3, cells: ['1', '2'] })
  }
})

test('a cell that a spreadsheet would run is written as text; phones and numbers stay as they are', async () => {
  const formulas = ['=1+1', '@sum(a1)', '+cmd|x', '-2+3+cmd', "'=1", "''+x", '＝1', '=a,"b"']
  const others = ['+380 (67) 123-45-67', '-1200.50', '-', "'50s", "O'Neil", '']
  expect(csvLine(formulas.slice(0, 7), ';')).toBe(`'=1+1;'@sum(a1);'+cmd|x;'-2+3+cmd;''=1;'''+x;'＝1\r\n`)
  expect(csvLine(others, ';')).toBe(`${others.join(';')}\r\n`)
  const cells = [...formulas, ...others]
  expect((await read(csvLine(cells, ';') + csvLine(cells, ';'), ';'))[1]!.cells).toEqual(cells)
})

// Seen failing: `привіт;=HYPERLINK(…);кінець` as the second cell of a line of commas had a cell of its own that began with `=`.
test('nothing in a cell is a formula to a program that is set to another delimiter, and all is read as it was', async () => {
  const cells = [
    'привіт;=HYPERLINK("https://evil.test");кінець',
    'a\n=1+1', "a;'=1", 'a,@x\t=y', 'a;"=x"', "a;\"'=x", '-1,=x', '+380 67,=x', "'=a;''=b", 'a;=', '\t=x;=y',
    '- перше\n- друге', 'тел. 1, +380 67 123; -12.5', 'a;;=;,=', "п'ять; 'шість', '-7", '1,-2,-3',
  ]
  const line = (delimiter: string) => csvLine(['x', ...cells.map((cell) => `${cell}z`), ...cells], delimiter)
  for (const written of [',', ';', '\t']) {
    expect((await read(line(written) + line(written), written))[1]!.cells.slice(cells.length + 1)).toEqual(cells)
    for (const other of [',', ';', '\t'].filter((one) => one !== written)) {
      const parts = line(written).split(/\r?\n/).flatMap((row) => row.split(other))
      for (const part of parts) expect(part.split(written)[0]!.replace(/^"+|"+$/g, '')).not.toMatch(/^[=@]|^[+-](?![\d\s().,;-]*$)/)
    }
  }
})

const TEXT = 'назва;місто\nПрАТ «Київ»;Ґанок\n'

test.each([
  ['utf-8', Buffer.from(TEXT)],
  ['utf-8', Buffer.from(`\ufeff${TEXT}`)],
  ['windows-1251', iconv.encode(TEXT, 'windows-1251')],
  ['utf-16le', iconv.encode(TEXT, 'utf-16le')],
  ['utf-16le', iconv.encode(TEXT, 'utf-16le', { addBOM: true })],
  ['utf-16be', iconv.encode(TEXT, 'utf-16be')],
  ['utf-16be', iconv.encode(TEXT, 'utf-16be', { addBOM: true })],
  ['utf-8', Buffer.from('name,city\nJohn,Leeds\n')],
])('%s is found out and read, whatever the parts cut', async (encoding, bytes) => {
  const detector = detectEncoding()
  const parts = Array.from({ length: Math.ceil(bytes.length / 3) }, (_part, i) => bytes.subarray(i * 3, i * 3 + 3))
  for (const part of parts) detector.add(part)
  expect(detector.result()).toBe(encoding)
  let text = ''
  for await (const part of decode((async function* () { yield* parts })(), encoding)) text += part
  expect([TEXT, 'name,city\nJohn,Leeds\n']).toContain(text)
})
