import type { Violation } from '@vitrylo/errors'
import type { ContactPerson } from '@vitrylo/proto/vitrylo/contacts/v1/contact_person.ts'
import type { CountryCode } from 'libphonenumber-js'
import { channelViolations, normalChannels } from '../counterparty/channels.ts'
import { dayViolations, textViolations } from '../counterparty/complete-counterparty.ts'
import type { Place } from './contact-person-sql.ts'

export const normalisedPerson = (p: ContactPerson, country: CountryCode): ContactPerson => ({
  ...p,
  displayName: p.displayName.trim(),
  externalId: p.externalId.trim(),
  channels: normalChannels(p.channels, country),
})

/** Rights follow the first organisation. */
export function withPlace(p: ContactPerson, places: ReadonlyMap<string, Place>): ContactPerson {
  const { branchId = '', responsibleId = '' } = places.get(p.positions[0]?.counterpartyId ?? '') ?? {}
  return { ...p, branchId, responsibleId }
}

export function personViolations(p: ContactPerson): Violation[] {
  const found = [...channelViolations(p.channels), ...dayViolations(p.birthday, 'birthday'), ...textViolations(p)]
  if (p.displayName === '') found.push({ field: 'displayName', rule: 'required', description: 'must not be blank' })
  return found
}
