import { CardServiceService as Cards, CardVersion, type Card } from '@vitrylo/proto/vitrylo/contacts/v1/card_service.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { multistatus, Precondition, refusal } from './answer.ts'
import { booksOf, type Book } from './books.ts'
import { bookAt, cardAt, homeOf, placeOf, principalOf, type Place } from './place.ts'
import { bookProperties, cardProperties, MAX_CARD_BYTES, placeProperties, responseOf, type Wanted } from './properties.ts'
import { questionOf, wantedOf, type Asked } from './asked.ts'
import { report } from './reports.ts'
import type { CardDeps } from './routes.ts'
import { call } from './rpc.ts'
import { signIn } from './sign-in.ts'
import { readXml } from './xml.ts'

// Books are made of saved filters, in the product itself.
const REFUSED = new Set(['PROPPATCH', 'MKCOL', 'COPY', 'MOVE'])

/** One request below /carddav: who asks, what for, and what is done. */
export async function serveCards(deps: CardDeps, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.header('dav', '1, 3, addressbook').header('vary', 'accept, authorization')
  // Programs ask what is possible here before they know that they must sign in.
  if (request.method === 'OPTIONS') return reply.code(200).header('allow', 'OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, REPORT').header('content-length', '0').send()
  try {
    request.identity = await signIn(deps, request)
    if (REFUSED.has(request.method)) throw new Precondition(403, 'd:need-privileges')
    const employee = deps.rights.data().byUsername.get(request.identity.claims.username.toLowerCase())!
    const asked = { deps, request, reply, employeeId: employee.id, displayName: employee.displayName }
    return await serve(asked, await placeOf(deps, request, employee.id))
  } catch (error) {
    return refusal(reply, error)
  }
}

async function serve(asked: Asked, place: Place): Promise<FastifyReply> {
  const { request, reply } = asked
  switch (request.method) {
    case 'PROPFIND':
      return propfind(asked, place)
    case 'REPORT':
      if (place.at !== 'book') throw new Precondition(403, 'd:supported-report')
      return report(asked, place.book)
    case 'GET':
    case 'HEAD':
      if (place.at === 'card') return getCard(asked, place.book, place.name)
      break
    case 'PUT':
      if (place.at === 'card') return putCard(asked, place.book, place.name)
      break
    case 'DELETE':
      if (place.at === 'card') return deleteCard(asked, place.book, place.name)
      throw new Precondition(403, 'd:need-privileges')
  }
  return reply.code(405).header('allow', 'OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, REPORT').send()
}

async function propfind(asked: Asked, place: Place): Promise<FastifyReply> {
  const { request, reply, deps, employeeId } = asked
  const { depth = 'infinity' } = request.headers
  if (depth !== '0' && depth !== '1') throw new Precondition(403, 'd:propfind-finite-depth')
  const wanted = wantedOf(readXml(request.body), request)
  const responses = [await ownResponse(asked, place, wanted)]
  if (depth === '1' && place.at === 'principals') responses.push(await ownResponse(asked, { at: 'principal' }, wanted))
  if (depth === '1' && place.at === 'homes') responses.push(await ownResponse(asked, { at: 'home' }, wanted))
  if (depth === '1' && place.at === 'home') for (const book of await booksOf(deps, request)) responses.push(await ownResponse(asked, { at: 'book', book }, wanted))
  if (depth === '1' && place.at === 'book') {
    const { cards } = await call(deps, request, Cards.syncCards, { ...questionOf(place.book), book: place.book.name, token: '', limit: 0, tokenOnly: false })
    for (const card of cards) responses.push(await responseOf(cardAt(employeeId, place.book, card.name), cardProperties({ etag: card.etag }), wanted))
  }
  return multistatus(reply, responses.join(''))
}

async function ownResponse(asked: Asked, place: Place, wanted: Wanted): Promise<string> {
  const { employeeId } = asked
  if (place.at === 'card') {
    const card = await oneCard(asked, place.book, place.name)
    return responseOf(cardAt(employeeId, place.book, place.name), cardProperties({ etag: card.etag, updateTime: card.updateTime }), wanted)
  }
  if (place.at === 'book') return responseOf(bookAt(employeeId, place.book), bookProperties(place.book, asked, tokenOf(asked, place.book)), wanted)
  const paths = { root: '/carddav/', principals: '/carddav/principals/', principal: principalOf(employeeId), homes: '/carddav/books/', home: homeOf(employeeId) }
  return responseOf(paths[place.at], placeProperties(place, asked), wanted)
}

/** The present token of a book, asked for once however many properties tell it. */
function tokenOf({ deps, request }: Asked, book: Book): () => Promise<string> {
  let token: Promise<string> | undefined
  return () => (token ??= call(deps, request, Cards.syncCards, { ...questionOf(book), book: book.name, token: '', limit: 0, tokenOnly: true }).then((answer) => answer.token))
}

async function oneCard({ deps, request }: Asked, book: Book, name: string, version: CardVersion = CardVersion.V3): Promise<Card> {
  const { cards } = await call(deps, request, Cards.getCards, { ...questionOf(book), names: [name], version })
  deps.noteRead(request, cards.length)
  if (cards[0] === undefined) throw new Precondition(404, 'd:resource-must-exist')
  return cards[0]
}

async function getCard(asked: Asked, book: Book, name: string): Promise<FastifyReply> {
  const { request, reply } = asked
  const card = await oneCard(asked, book, name, /version="?4\.0/.test(request.headers.accept ?? '') ? CardVersion.V4 : CardVersion.V3)
  reply.header('etag', `"${card.etag}"`).header('cache-control', 'no-cache, private').header('content-security-policy', "default-src 'none'; sandbox")
  if (card.updateTime !== undefined) reply.header('last-modified', card.updateTime.toUTCString())
  if (etagsIn(request.headers['if-none-match']).some((etag) => etag === card.etag || etag === '*')) return reply.code(304).send()
  return reply.header('content-disposition', 'attachment; filename="card.vcf"').type('text/vcard; charset=utf-8').send(card.text)
}

async function putCard({ deps, request, reply }: Asked, book: Book, name: string): Promise<FastifyReply> {
  if (!/^(text\/(x-)?vcard|text\/directory)\b/i.test(request.headers['content-type'] ?? 'text/vcard')) throw new Precondition(415, 'card:supported-address-data')
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  if (body.length > MAX_CARD_BYTES) throw new Precondition(403, 'card:max-resource-size')
  const none = etagsIn(request.headers['if-none-match'])
  const conditions = { etag: etagsIn(request.headers['if-match'])[0] ?? '', onlyNew: none.includes('*') }
  const { created } = await call(deps, request, Cards.putCard, { ...questionOf(book), name, text: utf8(body), ...conditions })
  // No etag: the card is not kept letter by letter, so that a client must read what became of it.
  return reply.code(created ? 201 : 204).header('cache-control', 'no-store').send()
}

async function deleteCard(asked: Asked, book: Book, name: string): Promise<FastifyReply> {
  const { deps, request, reply } = asked
  await call(deps, request, Cards.deleteCard, { ...questionOf(book), name, etag: etagsIn(request.headers['if-match'])[0] ?? '' })
  return reply.code(204).header('cache-control', 'no-store').send()
}

function utf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new Precondition(403, 'card:valid-address-data', 'the card is not UTF-8')
  }
}

const etagsIn = (header: string | undefined): string[] => (header ?? '').split(',').map((etag) => etag.trim().replace(/^W\//, '').replace(/^"(.*)"$/, '$1')).filter((etag) => etag !== '')
