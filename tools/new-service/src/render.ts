import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Words } from './words.ts'

const TEMPLATE = join(import.meta.dirname, '../template')

/** Files of a new service by their path below the root. */
export function render(words: Words): Map<string, string> {
  const fill = (text: string): string => text.replace(/\{\{(\w+)\}\}/g, (_all, name: keyof Words) => words[name])
  const paths = readdirSync(TEMPLATE, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.tmpl'))
  return new Map(paths.map((path) => [fill(path.slice(0, -'.tmpl'.length)), fill(readFileSync(join(TEMPLATE, path), 'utf8'))]))
}
