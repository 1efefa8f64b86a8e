import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { broken } from './zip.ts'

export type On = { open?: (tag: SaxesTagPlain) => void; close?: (name: string) => void; text?: (text: string) => void }

/** Namespaces have many prefixes: names are compared without. A document type is refused: nothing is expanded. */
export function parserOf({ open, close, text }: On): SaxesParser {
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw broken(error)
  })
  parser.on('doctype', () => {
    throw broken()
  })
  parser.on('opentag', (tag) => open?.({ ...tag, name: bare(tag.name) } as SaxesTagPlain))
  parser.on('closetag', ({ name }) => close?.(bare(name)))
  parser.on('text', (piece) => text?.(piece))
  return parser
}

const bare = (name: string): string => name.slice(name.indexOf(':') + 1)
