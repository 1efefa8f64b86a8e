import { isDeepStrictEqual } from 'node:util'
import { may } from '@vitrylo/auth'
import { AppError, etagMismatch, notFound } from '@vitrylo/errors'
import type { CounterpartyServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import type { ContactPersonServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import type { PutCardRequest } from '@vitrylo/proto/vitrylo/contacts/v1/card_service.ts'
import type { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { readCard, type ReadCard } from '@vitrylo/imports'
import type { Tx } from '@vitrylo/pg'
import { assertFree, type Call, type Handlers } from '@vitrylo/service'
import { lockContactPerson } from '../contact-person/contact-person-sql.ts'
import { lockCounterparty } from '../counterparty/counterparty-sql.ts'
import { heldIn, isOwnName, limitMark, type Held } from './book-sql.ts'
import { changesOf, counterpartyOf, readPut, saidBy } from './card-change.ts'
import { cardText } from './card-text.ts'
import { keepLines, nameCard } from './extra-sql.ts'

export type Services = { parties: Handlers<CounterpartyServiceServer>; persons: Handlers<ContactPersonServiceServer> }

/** Properties of a person's card that the record says. */
const OF_PERSON = ['ORG', 'TITLE']

/** Saves a card in one transaction: the record by the same code as from everywhere, and what it has no field for beside it. */
export async function putCard(services: Services, request: PutCardRequest, call: Call): Promise<{ created: boolean }> {
  return call.transact(async (tx) => {
    const [held] = await heldIn(tx, call, request, [request.name])
    if (held === undefined) {
      if (request.etag !== '') throw etagMismatch('card', '')
      await createFrom(services, request, inside(call, tx), tx)
      return { created: true }
    }
    if (request.onlyNew || (request.etag !== '' && request.etag !== '*' && request.etag !== held.etag)) throw etagMismatch('card', held.id)
    await changeBy(services, held, request.text, inside(call, tx), tx)
    return { created: false }
  })
}

/** The same call inside of a transaction that is open. */
export const inside = (call: Call, tx: Tx): Call => ({ ...call, transact: (work) => work(tx), transactOne: (work) => work(tx) })

async function createFrom({ parties }: Services, request: PutCardRequest, call: Call, tx: Tx): Promise<void> {
  const { caller } = call
  if (!request.mine || request.kind !== 'CARD_KIND_COUNTERPARTIES' || caller.employeeId === undefined || isOwnName(request.name)) {
    throw new AppError('PERMISSION_DENIED', 'BOOK_TAKES_NONE', 'new cards are taken by the book of your own counterparties alone')
  }
  if (!may(caller, 'counterparties', 'create')) {
    throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', 'you need the right counterparties: create', { section: 'counterparties', action: 'create' })
  }
  const card = readPut(request.text, firmProperties(undefined, request.text))
  const said = Object.fromEntries(Object.entries(counterpartyOf(card)).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value !== '')))
  assertFree(caller, 'counterparties', 'create', Object.keys(said).filter((field) => !['kind', 'displayName'].includes(field)))
  const { id } = await parties.createCounterparty({ counterparty: Counterparty.fromPartial({ ...said, responsibleId: caller.employeeId }) }, call)
  await nameCard(tx, caller, { section: 'counterparties', id, name: request.name, uid: card.uid })
  await keepLines(tx, 'counterparties', id, card.uid, card.others)
}

async function changeBy(services: Services, held: Held, text: string, call: Call, tx: Tx): Promise<void> {
  const { caller } = call
  const also = held.section === 'contact-persons' ? OF_PERSON : firmProperties(held, text)
  const put = readPut(text, also)
  const given = readCard(cardText(held, put.version === '4.0' ? '4.0' : '3.0'), also) as ReadCard
  // Who is not shown them keeps them as they are.
  const saysMore = limitMark(caller) === '' && !isDeepStrictEqual(put.others, given.others)
  // They belong to the record: who may not change it may not change them either.
  if (saysMore) await forbidden(held.section, 'change', () => lockHeld(tx, held, caller))
  if (held.section === 'counterparties') {
    const changes = changesOf(held.counterparty, given, put)
    if (Object.keys(changes).length > 0) await saveParty(services, held.counterparty, changes, call)
  } else {
    const changes = changesOf(held.person, given, put)
    const { title } = saidBy(put)
    if (title !== saidBy(given).title) changes.positions = held.person.positions.map((position, at) => (at === 0 ? { ...position, title } : position))
    if (Object.keys(changes).length > 0) await savePerson(services, held.person, changes, call)
  }
  if (saysMore) await keepLines(tx, held.section, held.id, held.uid, put.others)
}

const lockHeld = (tx: Tx, held: Held, caller: Call['caller']): Promise<unknown> =>
  held.section === 'counterparties' ? lockCounterparty(tx, caller, 'change', held.id, held.counterparty.etag) : lockContactPerson(tx, caller, 'change', held.id, held.person.etag)

/** A firm has its name in ORG; of a person it is one more property. */
function firmProperties(held: (Held & { section: 'counterparties' }) | undefined, text: string): string[] {
  const kind = held === undefined ? kindIn(text) : held.counterparty.kind
  return kind === 'COUNTERPARTY_KIND_ORGANISATION' ? ['ORG'] : []
}

function kindIn(text: string): string {
  const card = readCard(text)
  return 'problem' in card || card.fields.kind !== 'organisation' ? '' : 'COUNTERPARTY_KIND_ORGANISATION'
}

async function saveParty({ parties }: Services, current: Counterparty, changes: Partial<Counterparty>, call: Call): Promise<void> {
  const fields = Object.keys(changes)
  assertFree(call.caller, 'counterparties', 'change', fields)
  await forbidden('counterparties', 'change', () => parties.updateCounterparty({ counterparty: { ...current, ...changes }, updateMask: fields.map(snake) }, call))
}

async function savePerson({ persons }: Services, current: ContactPerson, changes: Partial<ContactPerson>, call: Call): Promise<void> {
  const fields = Object.keys(changes)
  assertFree(call.caller, 'contact-persons', 'change', fields)
  await forbidden('contact-persons', 'change', () => persons.updateContactPerson({ contactPerson: { ...current, ...changes }, updateMask: fields.map(snake) }, call))
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A record that the caller sees and may not touch is no secret: they are told that they may not. */
export async function forbidden<T>(section: string, action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || error.reason !== notFound('', '').reason) throw error
    throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', `your right does not reach this record: ${section}: ${action}`, { section, action }, [], error)
  }
}
