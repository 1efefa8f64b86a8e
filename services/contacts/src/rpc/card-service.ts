import { AppError, etagMismatch, notFound } from '@vitrylo/errors'
import type { Pool } from '@vitrylo/pg'
import { CardVersion, type CardServiceServer, type SyncCardsRequest } from '@vitrylo/proto/vitrylo/contacts/v1/card_service.ts'
import type { Call, Deps, Handlers } from '@vitrylo/service'
import { heldIn, stateOf } from '../cards/book-sql.ts'
import { cardText } from '../cards/card-text.ts'
import { forbidden, inside, putCard } from '../cards/put-card.ts'
import { keepState, stepsBetween, toldWith } from '../cards/state-sql.ts'
import { contactPersonService } from './contact-person-service.ts'
import { counterpartyService } from './counterparty-service.ts'

export function cardService(deps: Deps): Handlers<CardServiceServer> {
  const { pool } = deps
  const services = { parties: counterpartyService(deps), persons: contactPersonService(deps) }
  return {
    syncCards: (request, call) => syncCards(pool, request, call),
    getCards: async (request, call) => {
      const version = request.version === CardVersion.V4 ? '4.0' : '3.0'
      const held = request.names.length === 0 ? [] : await heldIn(pool, call, request, request.names)
      return { cards: held.map((each) => ({ name: each.name, etag: each.etag, text: cardText(each, version), updateTime: each.updateTime })) }
    },
    putCard: (request, call) => putCard(services, request, call),
    deleteCard: (request, call) =>
      call.transact(async (tx) => {
        const [held] = await heldIn(tx, call, request, [request.name])
        if (held === undefined) throw notFound('card', '')
        if (request.etag !== '' && request.etag !== '*' && request.etag !== held.etag) throw etagMismatch('card', held.id)
        // Said once more under the lock: somebody may have changed it since it was read.
        const { etag } = held.section === 'counterparties' ? held.counterparty : held.person
        const named = { id: held.id, etag: request.etag === held.etag ? etag : '' }
        await forbidden(held.section, 'delete', () =>
          held.section === 'counterparties' ? services.parties.deleteCounterparty(named, inside(call, tx)) : services.persons.deleteContactPerson(named, inside(call, tx)))
        return {}
      }),
  }
}

/** What the caller's programs are told is kept, so that the next question can tell what has left the book, for whatever reason it did. */
async function syncCards(pool: Pool, request: SyncCardsRequest, call: Call) {
  const { employeeId } = call.caller
  if (employeeId === undefined) throw new AppError('FAILED_PRECONDITION', 'NO_EMPLOYEE', 'only an employee can have this; the account belongs to none')
  const whose = { employeeId, book: request.book }
  const before = await toldWith(pool, whose, request.token)
  const after = await stateOf(pool, call, request)
  const { cards, removed, reached, truncated } = stepsBetween(before, after, request.limit)
  const token = await keepState(pool, whose, reached, call.now)
  if (request.tokenOnly) return { cards: [], removed: [], token, truncated: false }
  return { cards: cards.map(([name, etag]) => ({ name, etag, text: '', updateTime: undefined })), removed, token, truncated }
}
