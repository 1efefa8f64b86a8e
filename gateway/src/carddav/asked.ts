import type { FastifyReply, FastifyRequest } from 'fastify'
import { Precondition } from './answer.ts'
import type { Book } from './books.ts'
import type { Wanted } from './properties.ts'
import type { CardDeps } from './routes.ts'
import { CARD, childOf, DAV, is, type Element } from './xml.ts'

const MOST_NAMES = 100

/** A request of somebody who is signed in. */
export type Asked = { deps: CardDeps; request: FastifyRequest; reply: FastifyReply; employeeId: string; displayName: string }

/** A book as contacts is asked for it. */
export const questionOf = ({ kind, mine, filter }: Book) => ({ kind, mine, filter })

/** Which properties a request wants to know. */
export function wantedOf(body: Element | undefined, { headers }: Pick<FastifyRequest, 'headers'>): Wanted {
  const minimal = /\breturn=minimal\b/.test(String(headers.prefer ?? '')) || headers.brief === 't'
  if (body === undefined) return { names: [], all: true, namesOnly: false, minimal }
  if (!is(body, DAV, 'propfind') && body.ns !== CARD && !is(body, DAV, 'sync-collection')) throw new Precondition(400, 'd:valid-request')
  const names = [...(childOf(body, DAV, 'prop')?.children ?? []), ...(childOf(body, DAV, 'include')?.children ?? [])]
  // Each is answered for every card: a short question must not make an answer without end.
  if (names.length > MOST_NAMES) throw new Precondition(400, 'd:valid-request', `a question names ${MOST_NAMES} properties at most`)
  return { names, all: childOf(body, DAV, 'allprop') !== undefined, namesOnly: childOf(body, DAV, 'propname') !== undefined, minimal }
}
