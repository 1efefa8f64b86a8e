import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { broken } from './zip.ts'

/** No cell has so long a text and no workbook is so deep; the parser gathers a text, and the tags that are open, in memory. */
const MAX_PIECE = 1024 * 1024
const MAX_DEPTH = 64

export type On = { open?: (tag: SaxesTagPlain) => void; close?: (name: string) => void; text?: (text: string) => void }

/** Namespaces have many prefixes: names are compared without. A document type is refused: nothing is expanded. */
export function parserOf({ open, close, text }: On): { write(part: string): void; close(): void } {
  let [waiting, depth] = [0, 0]
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw broken(error)
  })
  parser.on('doctype', () => {
    throw broken()
  })
  parser.on('opentag', (tag) => {
    waiting = 0
    if (++depth > MAX_DEPTH) throw broken()
    open?.({ ...tag, name: bare(tag.name) } as SaxesTagPlain)
  })
  parser.on('closetag', ({ name }) => {
    waiting = 0
    depth--
    close?.(bare(name))
  })
  parser.on('text', (piece) => {
    waiting = 0
    text?.(piece)
  })
  return {
    write(part) {
      waiting += part.length
      parser.write(part)
      if (waiting > MAX_PIECE) throw broken()
    },
    close: () => void parser.close(),
  }
}

const bare = (name: string): string => name.slice(name.indexOf(':') + 1)
