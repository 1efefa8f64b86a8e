// Letters that XML cannot hold, and what looks like their escape, are written _xHHHH_ in a workbook.
const FORBIDDEN = /(?![\t\n])\p{Cc}|[\ufffe\uffff]|\p{Cs}/gu
const LOOKS_ESCAPED = /_(?=x[0-9A-Fa-f]{4}_)/g

const hex = (letter: string): string => `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`

/** Text -> what stands in the XML of a cell. */
export const escaped = (text: string): string =>
  text.replace(LOOKS_ESCAPED, '_x005F_').replace(FORBIDDEN, hex).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** What the XML says -> text. */
export const unescaped = (text: string): string =>
  text.includes('_x') ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text

/** 0 -> A, 26 -> AA. */
export function columnName(index: number): string {
  let name = ''
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name
  return name
}

/** `C5` -> 2; undefined if it names no cell. */
export function columnIndex(reference: string): number | undefined {
  const name = /^([A-Z]{1,3})\d+$/.exec(reference)?.[1]
  if (name === undefined) return undefined
  return [...name].reduce((index, letter) => index * 26 + letter.charCodeAt(0) - 64, 0) - 1
}
