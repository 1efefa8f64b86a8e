import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'

export type Row = Readonly<Record<string, string>>

/** A file of a set, by the names in its head. Files with tabs have no quotes: there a quote is a letter. */
export function readTable(file: string, folder: URL): Row[] {
  const tabs = file.endsWith('.tsv')
  const text = readFileSync(new URL(file, folder), 'utf8')
  return parse(text, { columns: true, trim: true, delimiter: tabs ? '\t' : ',', quote: tabs ? null : '"' }) as Row[]
}
