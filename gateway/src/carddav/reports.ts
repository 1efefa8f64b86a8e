import { AppError } from '@vitrylo/errors'
import { CardServiceService as Cards, CardVersion, type Card } from '@vitrylo/proto/vitrylo/contacts/v1/card_service.ts'
import type { FastifyReply } from 'fastify'
import { multistatus, Precondition } from './answer.ts'
import type { Book } from './books.ts'
import { onlyProperties, matches, readQuery } from './match-card.ts'
import { bookAt, cardAt, nameIn } from './place.ts'
import { cardProperties, readSyncToken, responseOf, statusOf, syncToken, type Wanted } from './properties.ts'
import { call } from './rpc.ts'
import { questionOf, wantedOf, type Asked } from './asked.ts'
import { CARD, childOf, DAV, escaped, is, readXml, tag, type Element } from './xml.ts'

const PART = 100
const MOST_HREFS = 2_000
/** Letters of cards in one answer: pictures of a whole book at once would be more than the gateway has room for. */
const MOST_LETTERS = 64 * 1024 * 1024

/** The three reports of an address book. */
export async function report(asked: Asked, book: Book): Promise<FastifyReply> {
  const { request, reply } = asked
  const body = readXml(request.body)
  if (body === undefined) throw new Precondition(400, 'd:valid-request')
  const shape = shapeOf(body, asked)
  if (is(body, DAV, 'sync-collection')) return multistatus(reply, await sync(asked, book, body, shape))
  if (is(body, CARD, 'addressbook-multiget')) return multistatus(reply, await multiget(asked, book, body, shape))
  if (is(body, CARD, 'addressbook-query')) return multistatus(reply, await query(asked, book, body, shape))
  throw new Precondition(403, 'd:supported-report')
}

/** What of each card is wanted, and how it is written. */
type Shape = { wanted: Wanted; text: boolean; version: CardVersion; only: readonly string[] }

function shapeOf(body: Element, { request }: Asked): Shape {
  const data = childOf(childOf(body, DAV, 'prop'), CARD, 'address-data')
  const { version = '3.0', 'content-type': type = 'text/vcard' } = data?.attributes ?? {}
  if (type !== 'text/vcard' || !['3.0', '4.0'].includes(version)) throw new Precondition(403, 'card:supported-address-data')
  const only = data?.children.filter((child) => is(child, CARD, 'prop')).map(({ attributes }) => (attributes.name ?? '').toUpperCase()) ?? []
  return { wanted: wantedOf(body, request), text: data !== undefined, version: version === '4.0' ? CardVersion.V4 : CardVersion.V3, only }
}

async function sync(asked: Asked, book: Book, body: Element, shape: Shape): Promise<string> {
  const { deps, request, employeeId } = asked
  const given = childOf(body, DAV, 'sync-token')?.text.trim() ?? ''
  const token = given === '' ? '' : readSyncToken(given)
  if (token === undefined) throw new Precondition(403, 'd:valid-sync-token')
  const limit = numberIn(childOf(childOf(body, DAV, 'limit'), DAV, 'nresults'))
  const { cards, removed, token: next, truncated } = await call(deps, request, Cards.syncCards, { ...questionOf(book), book: book.name, token, limit, tokenOnly: false })
  const texts = shape.text ? await textsOf(asked, book, cards.map(({ name }) => name), shape) : undefined
  const responses = removed.map((name) => statusOf(cardAt(employeeId, book, name), '404 Not Found'))
  for (const { name, etag } of cards) {
    const card = texts === undefined ? { etag } : texts.get(name)
    // Gone between the two questions: the next one tells so.
    if (card !== undefined) responses.push(await shown(asked, book, name, card, shape))
  }
  if (truncated) responses.push(statusOf(bookAt(employeeId, book), '507 Insufficient Storage', tag('d:error', '<d:number-of-matches-within-limits/>')))
  return responses.join('') + tag('d:sync-token', escaped(syncToken(next)))
}

async function multiget(asked: Asked, book: Book, body: Element, shape: Shape): Promise<string> {
  const hrefs = body.children.filter((child) => is(child, DAV, 'href')).map(({ text }) => text.trim())
  if (hrefs.length > MOST_HREFS) throw new Precondition(403, 'd:number-of-matches-within-limits')
  const names = new Map(hrefs.map((href) => [href, nameIn(href, asked.employeeId, book)]))
  const cards = await textsOf(asked, book, [...new Set([...names.values()].filter((name) => name !== undefined))], shape)
  const responses: string[] = []
  for (const [href, name] of names) {
    const card = name === undefined ? undefined : cards.get(name)
    responses.push(card === undefined ? statusOf(href, '404 Not Found') : await shown(asked, book, name!, card, shape))
  }
  return responses.join('')
}

async function query(asked: Asked, book: Book, body: Element, shape: Shape): Promise<string> {
  const { deps, request, employeeId } = asked
  const question = readQuery(childOf(body, CARD, 'filter'))
  const most = numberIn(childOf(childOf(body, CARD, 'limit'), CARD, 'nresults')) || Infinity
  const { cards } = await call(deps, request, Cards.syncCards, { ...questionOf(book), book: book.name, token: '', limit: 0, tokenOnly: false })
  const responses: string[] = []
  for (let at = 0; at < cards.length; at += PART) {
    const part = await textsOf(asked, book, cards.slice(at, at + PART).map(({ name }) => name), { ...shape, only: [] })
    for (const [name, card] of part) {
      if (!matches(question, card.text)) continue
      if (responses.length >= most) return responses.join('') + statusOf(bookAt(employeeId, book), '507 Insufficient Storage', tag('d:error', '<d:number-of-matches-within-limits/>'))
      responses.push(await shown(asked, book, name, { ...card, text: onlyProperties(card.text, shape.only) }, shape))
    }
  }
  return responses.join('')
}

const shown = ({ employeeId }: Asked, book: Book, name: string, card: { etag: string; text?: string; updateTime?: Date | undefined }, { wanted, text }: Shape): Promise<string> =>
  responseOf(cardAt(employeeId, book, name), cardProperties(text ? card : { ...card, text: '' }), wanted)

/** Cards with their texts, by name. */
async function textsOf({ deps, request }: Asked, book: Book, names: readonly string[], { version, only }: Pick<Shape, 'version' | 'only'>): Promise<Map<string, Card>> {
  const found = new Map<string, Card>()
  let letters = 0
  const read = async (part: readonly string[]): Promise<void> => {
    const cards = await call(deps, request, Cards.getCards, { ...questionOf(book), names: [...part], version }).then((answer) => answer.cards, async (error: unknown) => {
      // Cards with pictures: together they may be more than one answer of a service holds.
      if (!(error instanceof AppError) || error.code !== 'RESOURCE_EXHAUSTED' || part.length === 1) throw error
      const half = part.length >> 1
      await read(part.slice(0, half))
      await read(part.slice(half))
      return []
    })
    deps.noteRead(request, cards.length)
    for (const card of cards) found.set(card.name, { ...card, text: onlyProperties(card.text, only) })
    letters += cards.reduce((sum, { text }) => sum + text.length, 0)
    if (letters > MOST_LETTERS) throw new Precondition(507, 'd:number-of-matches-within-limits', 'these cards are too large together; ask for fewer at once')
  }
  for (let at = 0; at < names.length; at += PART) await read(names.slice(at, at + PART))
  return found
}

function numberIn(element: Element | undefined): number {
  if (element === undefined) return 0
  if (!/^[1-9]\d{0,5}$/.test(element.text.trim())) throw new Precondition(400, 'd:valid-request')
  return Number(element.text.trim())
}
