// H3. No regular expression of the product can be kept busy: 50 kB of whatever repeats take it 100 ms at most.
// Seen failing as it was written: /\d+$/ over names of columns, formats of numbers in a workbook with `[` again and again, /^(.*?)\s*([A-Za-z]{3})$/ over cells of money.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import ts from 'typescript'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const LONG = 50_000
const SHORT = 4_000
const MOST_MS = 100

const PIECES = ['a', 'A', '0', 'ї', ' ', '\t', '\n', '\r\n', '-', '_', '.', ',', ';', ':', '/', '\\', '@', '+', '=', '"', "'", '(', '[', '{', '<', '%', '$', '&', 'a.', 'a-', 'a@', 'a ', '0 ', '0.', '0-', '=a', '(a', '"a', 'a,', '\u0301', '💥']
const TAILS = ['', '!', '\u0000']

type Found = { where: string; pattern: RegExp }

/** Asked about the contract's own paths at the start, and about nothing else. */
const OWN = 'gateway/src/rest/plan.ts'

/** Every literal of the code that runs. */
function regexes(): Found[] {
  const found = new Map<string, Found>()
  for (const path of globSync(['libs/*/src/**/*.ts', 'services/*/src/**/*.ts', 'gateway/src/**/*.ts'], { cwd: ROOT }).filter((each) => each !== OWN)) {
    const source = ts.createSourceFile(path, readFileSync(ROOT + path, 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/')
        const flags = node.text.slice(end + 1).replace('g', '').replace('y', '')
        found.set(node.text, { where: `${path} ${node.text}`, pattern: new RegExp(node.text.slice(1, end), flags) })
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return [...found.values()]
}

function timeOf(pattern: RegExp, text: string): number {
  const begin = performance.now()
  pattern.test(text)
  return performance.now() - begin
}

test('no regular expression can be kept busy', () => {
  const all = regexes()
  const slow: string[] = []
  for (const { where, pattern } of all) {
    const found = PIECES.flatMap((piece) => TAILS.map((tail) => [piece, tail] as const)).find(([piece, tail]) => {
      const textOf = (length: number) => piece.repeat(Math.ceil(length / piece.length)) + tail
      // What is slow at a tenth is not tried in full. Another look: the machine may have been busy.
      const isSlow = () => timeOf(pattern, textOf(SHORT)) > MOST_MS / 10 || timeOf(pattern, textOf(LONG)) > MOST_MS
      return isSlow() && isSlow()
    })
    if (found !== undefined) slow.push(`${where} by ${JSON.stringify(found)}`)
  }
  expect(slow).toEqual([])
  expect(all.length).toBeGreaterThan(100)
})
