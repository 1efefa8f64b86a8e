import { assertReaches, type Caller } from '@vitrylo/auth'
import { overlaid } from '@vitrylo/custom'
import { invalid } from '@vitrylo/errors'
import type { Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import type { CounterpartyServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty_service.ts'
import { applyMask, awaitColleagues, newId, withAccess, type Deps, type Handlers } from '@vitrylo/service'
import { getCountryCallingCode } from 'libphonenumber-js'
import { getCard } from '../card/card-sql.ts'
import { countryOf } from '@vitrylo/service/phone.ts'
import { noted } from '../counterparty/counterparty-events.ts'
import {
  assertNotDeleted, assertNotErased,
  getCounterparty,
  insertCounterparties,
  listCounterparties,
  lockCounterparty,
  updateCounterparties,
} from '../counterparty/counterparty-sql.ts'
import { valueViolations } from '../counterparty/channels.ts'
import { normalised, REQUISITES, requisiteViolations, violationsOf, withBranch, withOwner } from '../counterparty/complete-counterparty.ts'
import { listTags } from '../counterparty/tags.ts'
import { settleCounterparty } from '../custom/settle.ts'
import { assertNotMerged } from '../merge/merge-counterparties.ts'
import { parseQuery } from '../search/query.ts'
import { searchCounterparties } from '../search/search-counterparties.ts'
import { publish } from '../timeline/publish.ts'
import { listTimeline, toEntry } from '../timeline/timeline-sql.ts'

const WRITABLE = [
  'kind', 'displayName', 'fullName', 'roles', 'taxCode', 'vatNumber', 'bankAccounts', 'channels', 'addresses', 'responsibleId',
  'branchId', 'source', 'industry', 'segment', 'vip', 'birthday', 'language', 'note', 'tags', 'externalId', 'size',
  'taxCountry', 'doNotCall', 'doNotWrite', 'caretakers', 'interests', 'custom',
] as const

export function counterpartyService({ pool, rights, env }: Deps): Handlers<CounterpartyServiceServer> {
  const country = countryOf(env)
  const callingCode = getCountryCallingCode(country)
  const allowed = (caller: Caller, found: Counterparty) => withAccess(pool, caller, 'counterparties', found.responsibleId, found)
  return {
    getCounterparty: async ({ id }, { caller }) => allowed(caller, await getCounterparty(pool, caller, id)),
    listCounterparties: (request, call) => listCounterparties(pool, call, request),
    getCounterpartyCard: async ({ id }, { caller }) => {
      const card = await getCard(pool, caller, id)
      return { ...card, counterparty: await allowed(caller, card.counterparty!) }
    },
    searchCounterparties: ({ q, pageSize }, { caller }) => searchCounterparties(pool, caller, parseQuery(q, callingCode), pageSize || 20),
    listTags: async (request, { caller }) => ({ tags: await listTags(pool, caller, request) }),
    listTimeline: (request, { caller }) => listTimeline(pool, caller, request),
    createCounterparty: async ({ counterparty }, call) => {
      const { caller, now } = call
      // Links and files are looked up in the transaction; most records have none, and are one statement.
      const transact: typeof call.transactOne = Object.keys(counterparty!.custom ?? {}).length > 0 ? call.transact : call.transactOne
      await awaitColleagues({ rights }, call, [counterparty!.responsibleId], [counterparty!.branchId])
      return transact(async (db) => {
        const given = withOwner({ ...normalised(counterparty!, country), id: newId(), createTime: undefined }, caller, rights.data())
        const { record: next, violations } = await settleCounterparty({ rights, db, caller }, given)
        const wrong = [...violationsOf(next, rights.data()), ...requisiteViolations(next, REQUISITES, country), ...valueViolations(next.channels, country), ...violations]
        if (wrong.length > 0) throw invalid(wrong)
        assertReaches(caller, 'counterparties', 'create', { branchId: next.branchId, ownerId: next.responsibleId })
        return (await insertCounterparties(db, [next], caller, now))[0]!
      })
    },
    updateCounterparty: async ({ counterparty, updateMask }, call) => {
      const { caller, now, transact } = call
      await awaitColleagues({ rights }, call, [counterparty!.responsibleId], [counterparty!.branchId])
      return transact(async (tx) => {
        const current = await lockCounterparty(tx, caller, 'change', counterparty!.id, counterparty!.etag)
        assertNotDeleted(current)
        const { next, changed } = applyMask(current, { ...normalised(counterparty!, country), custom: overlaid(current.custom, counterparty!.custom) }, updateMask, WRITABLE)
        if (changed.length === 0) return current
        const { record: complete, violations } = await settleCounterparty({ rights, db: tx, caller }, withBranch(next, caller, rights.data()), current.custom)
        const wrong = [...violationsOf(complete, rights.data()), ...requisiteViolations(complete, changed, country), ...valueViolations(complete.channels, country, current.channels), ...violations]
        if (wrong.length > 0) throw invalid(wrong)
        // Who was let in to this one record changes it where it is.
        if (complete.branchId !== current.branchId || complete.responsibleId !== current.responsibleId) {
          const placeOf = ({ branchId, responsibleId: ownerId }: Counterparty) => ({ branchId, ownerId })
          assertReaches(caller, 'counterparties', 'change', placeOf(complete), placeOf(current))
        }
        return (await updateCounterparties(tx, [{ next: complete, changed }], caller, now))[0]!
      })
    },
    deleteCounterparty: ({ id, etag }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockCounterparty(tx, caller, 'delete', id, etag)
        if (current.deleteTime !== undefined) return {}
        await updateCounterparties(tx, [{ next: { ...current, deleteTime: now }, changed: ['deleteTime'] }], caller, now)
        return {}
      }),
    undeleteCounterparty: ({ id, etag }, { caller, now, transact }) =>
      transact(async (tx) => {
        const current = await lockCounterparty(tx, caller, 'delete', id, etag)
        if (current.deleteTime === undefined) return current
        assertNotErased(current)
        await assertNotMerged(tx, current)
        return (await updateCounterparties(tx, [{ next: { ...current, deleteTime: undefined }, changed: ['deleteTime'] }], caller, now))[0]!
      }),
    createNote: ({ counterpartyId, text }, { caller, now, transact }) =>
      transact(async (tx) => {
        const counterparty = await lockCounterparty(tx, caller, 'view', counterpartyId)
        assertNotDeleted(counterparty)
        if (text.trim() === '' || text.includes('\0')) throw invalid([{ field: 'text', rule: 'required', description: 'must hold a text' }])
        const fact = noted(counterparty, text.trim(), caller, now)
        await publish(tx, [fact])
        const { id, at, kind, section, actorId, data } = fact.entries[0]!
        return toEntry({ id, at, kind, section, record_id: null, actor_id: actorId, data })
      }),
  }
}
