import { overlaid } from '@vitrylo/custom'
import { invalid } from '@vitrylo/errors'
import { exportTable } from '@vitrylo/imports'
import type { ContactPersonServiceServer } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person_service.ts'
import { applyMask, newId, type Deps, type Handlers } from '@vitrylo/service'
import { countryOf } from '@vitrylo/service/phone.ts'
import { normalisedPerson, personViolations, withPlace } from '../contact-person/complete-person.ts'
import {
  deletePerson,
  getContactPerson,
  insertPersons,
  listContactPersons,
  lockContactPerson,
  positionViolations,
  reachablePlaces,
  updatePersons,
} from '../contact-person/contact-person-sql.ts'
import { valueViolations } from '../counterparty/channels.ts'
import { personTable } from '../export/person-table.ts'
import { settlePerson } from '../custom/settle.ts'

const WRITABLE = ['displayName', 'positions', 'channels', 'birthday', 'note', 'externalId', 'custom'] as const

export function contactPersonService(deps: Deps): Handlers<ContactPersonServiceServer> {
  const { pool, rights, env } = deps
  const table = personTable(pool)
  const country = countryOf(env)
  return {
    getContactPerson: ({ id }, { caller }) => getContactPerson(pool, caller, id),
    listContactPersons: (request, call) => listContactPersons(pool, call, request),
    exportContactPersons: (request, call) => exportTable(deps, table, request, call),
    createContactPerson: ({ contactPerson }, { caller, now, transact }) =>
      transact(async (tx) => {
        const { record: next, violations } = await settlePerson({ rights, db: tx, caller }, { ...normalisedPerson(contactPerson!, country), id: newId() })
        const places = await reachablePlaces(tx, caller, 'create', next.positions.map(({ counterpartyId }) => counterpartyId))
        const wrong = [...personViolations(next), ...valueViolations(next.channels, country), ...positionViolations(next.positions, places), ...violations]
        if (wrong.length > 0) throw invalid(wrong)
        return (await insertPersons(tx, [withPlace(next, places)], caller, now))[0]!
      }),
    updateContactPerson: ({ contactPerson, updateMask }, { caller, now, transact }) =>
      transact(async (tx) => {
        const locked = await lockContactPerson(tx, caller, 'change', contactPerson!.id, contactPerson!.etag)
        const change = { ...normalisedPerson(contactPerson!, country), custom: overlaid(locked.person.custom, contactPerson!.custom) }
        const { next: wanted, changed } = applyMask(locked.person, change, updateMask, WRITABLE)
        if (changed.length === 0) return locked.person
        const { record: next, violations } = await settlePerson({ rights, db: tx, caller }, wanted, locked.person.custom)
        const places = await reachablePlaces(tx, caller, 'change', next.positions.map(({ counterpartyId }) => counterpartyId))
        // A place in an organisation that was removed meanwhile may stay, a new one may not be taken there.
        const moved = changed.includes('positions') ? positionViolations(next.positions, places) : []
        const wrong = [...personViolations(next), ...valueViolations(next.channels, country, locked.person.channels), ...moved, ...violations]
        if (next.positions.length === 0) wrong.push({ field: 'positions', rule: 'required', description: 'must name an organisation' })
        if (wrong.length > 0) throw invalid(wrong)
        const placed = changed.includes('positions') ? withPlace(next, places) : next
        return (await updatePersons(tx, [{ locked, next: placed }], caller, now))[0]!
      }),
    deleteContactPerson: ({ id, etag }, { caller, now, transact }) =>
      transact(async (tx) => {
        await deletePerson(tx, await lockContactPerson(tx, caller, 'delete', id, etag), caller, now)
        return {}
      }),
  }
}
