import { notFound } from '@vitrylo/errors'
import type { FastifyRequest } from 'fastify'
import { booksOf, type Book } from './books.ts'
import type { CardDeps } from './routes.ts'

/** What an address below /carddav names. */
export type Place =
  | { at: 'root' | 'principals' | 'principal' | 'homes' | 'home' }
  | { at: 'book'; book: Book }
  | { at: 'card'; book: Book; name: string }

export const PREFIX = '/carddav'

/** Addresses of one employee: their own and no other's. */
export const principalOf = (employeeId: string): string => `${PREFIX}/principals/${employeeId}/`
export const homeOf = (employeeId: string): string => `${PREFIX}/books/${employeeId}/`
export const bookAt = (employeeId: string, book: Book): string => `${homeOf(employeeId)}${book.name}/`
export const cardAt = (employeeId: string, book: Book, name: string): string => bookAt(employeeId, book) + encodeURIComponent(name)

/** Of an address as it was asked for; what is not there, or another's, is not found. */
export async function placeOf(deps: CardDeps, request: FastifyRequest, employeeId: string): Promise<Place> {
  const [kind, whose, book, name, ...more] = partsOf(request.url)
  if (kind === undefined) return { at: 'root' }
  if (more.length > 0 || !['principals', 'books'].includes(kind) || (kind === 'principals' && book !== undefined)) throw nothing()
  if (whose === undefined) return { at: kind === 'principals' ? 'principals' : 'homes' }
  if (whose !== employeeId) throw nothing()
  if (kind === 'principals') return { at: 'principal' }
  if (book === undefined) return { at: 'home' }
  const found = (await booksOf(deps, request)).find((each) => each.name === book)
  if (found === undefined) throw nothing()
  return name === undefined ? { at: 'book', book: found } : { at: 'card', book: found, name }
}

/** The name of a card of the book in an address that a client has written, whole or as a path. */
export function nameIn(href: string, employeeId: string, book: Book): string | undefined {
  const path = href.trim().replace(/^https?:\/\/[^/]+/i, '')
  try {
    const [kind, whose, name, card, ...more] = partsOf(path)
    return kind === 'books' && whose === employeeId && name === book.name && more.length === 0 ? card : undefined
  } catch {
    return undefined
  }
}

function partsOf(url: string): string[] {
  const path = url.split(/[?#]/, 1)[0]!
  if (path !== PREFIX && !path.startsWith(`${PREFIX}/`)) throw nothing()
  const parts = path.slice(PREFIX.length).split('/').filter((part) => part !== '')
  try {
    const read = parts.map(decodeURIComponent)
    // eslint-disable-next-line no-control-regex
    if (read.every((part) => part.length <= 200 && part !== '.' && part !== '..' && !/[\u0000-\u001f\u007f/\\]/.test(part))) return read
  } catch {
    // An escape that is none names nothing.
  }
  throw nothing()
}

const nothing = () => notFound('card', '')
