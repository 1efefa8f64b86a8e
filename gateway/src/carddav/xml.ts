import { invalid } from '@vitrylo/errors'
import { SaxesParser } from 'saxes'

export const DAV = 'DAV:'
export const CARD = 'urn:ietf:params:xml:ns:carddav'
export const SERVER = 'http://calendarserver.org/ns/'

/** An element of a request. */
export type Element = { ns: string; name: string; attributes: Readonly<Record<string, string>>; children: Element[]; text: string }

const MAX_DEPTH = 24
const MAX_ELEMENTS = 20_000
const MAX_BYTES = 512 * 1024

/** Reads a request. A document type is refused, so that no entity is ever expanded; depth, number and size have bounds. */
export function readXml(body: unknown): Element | undefined {
  if (!Buffer.isBuffer(body) || body.length === 0) return undefined
  if (body.length > MAX_BYTES) throw malformed('is longer than 512 kB')
  const top: Element = { ns: '', name: '', attributes: {}, children: [], text: '' }
  const open = [top]
  let elements = 0
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', () => {
    throw malformed('is not well-formed')
  })
  parser.on('doctype', () => {
    throw malformed('has a document type')
  })
  parser.on('opentag', ({ uri, local, attributes }) => {
    if (++elements > MAX_ELEMENTS || open.length > MAX_DEPTH) throw malformed('has too many elements')
    const own = Object.fromEntries(Object.values(attributes).map(({ local: name, value }) => [name, value]))
    const element = { ns: uri, name: local, attributes: own, children: [], text: '' }
    open.at(-1)!.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => void open.pop())
  parser.on('text', (text) => void (open.at(-1)!.text += text))
  parser.on('cdata', (text) => void (open.at(-1)!.text += text))
  parser.write(textOf(body)).close()
  return top.children[0]
}

function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw malformed('is not UTF-8')
  }
}

const malformed = (why: string) => invalid([{ field: 'body', rule: 'format', description: `the XML ${why}` }])

export const is = (element: Element, ns: string, name: string): boolean => element.ns === ns && element.name === name
export const childOf = (element: Element | undefined, ns: string, name: string): Element | undefined => element?.children.find((child) => is(child, ns, name))

/** XML 1.0 has no place for most control characters, escaped or not. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' }

export const escaped = (text: string): string => text.replace(FORBIDDEN, '').replace(/[&<>"\r]/g, (letter) => ENTITIES[letter]!)

/** `tag('d:href', escaped(path))`: the content is XML already. */
export const tag = (name: string, ...content: string[]): string => (content.length === 0 ? `<${name}/>` : `<${name}>${content.join('')}</${name}>`)

const PREFIXES: Record<string, string> = { [DAV]: 'd', [CARD]: 'card', [SERVER]: 'cs' }

/** An element by namespace and name, also of namespaces that are not ours. */
export function named(ns: string, name: string, content?: string): string {
  const prefix = Object.hasOwn(PREFIXES, ns) ? PREFIXES[ns] : undefined
  if (prefix !== undefined) return content === undefined ? `<${prefix}:${name}/>` : `<${prefix}:${name}>${content}</${prefix}:${name}>`
  return ns === '' ? `<${name} xmlns=""/>` : `<x:${name} xmlns:x="${escaped(ns)}"/>`
}

/** A whole answer. */
export const documentOf = (name: string, content: string): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n<${name} xmlns:d="${DAV}" xmlns:card="${CARD}" xmlns:cs="${SERVER}">${content}</${name}>\n`
