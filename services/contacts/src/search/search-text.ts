import type { Caller } from '@vitrylo/auth'
import { ChannelKind, type Channel, type Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { skeleton } from './skeleton.ts'

/** Begins and ends with a blank, so that the start of any word can be asked for as `% word%`. */
const padded = (parts: readonly string[]): string => ` ${parts.filter((part) => part !== '').join(' ')} `

/** Custom fields that counterparties are found by, as who saves or asks knows them. */
export const searchableFields = ({ customFields }: Pick<Caller, 'customFields'>): string[] =>
  (customFields?.get('counterparties') ?? []).filter((field) => field.searchable && !field.archived).map(({ name }) => name)

/** What a counterparty is found by, beside its contact persons. */
export function searchOf({ displayName, fullName, taxCode, vatNumber, externalId, channels, bankAccounts, interests, custom }: Counterparty, searchable: readonly string[]): string {
  const other = fullName === displayName ? '' : fullName
  const facts = [...bankAccounts.map(({ iban }) => iban), ...interests.map(({ subject }) => subject), ...searchable.map((name) => String(custom?.[name] ?? ''))]
  return padded([displayName, other, taxCode, vatNumber, externalId, ...facts].map(skeleton).concat(channelSearch(channels)))
}

/** What a contact person, and by it the organisation, is found by. */
export const searchOfPerson = ({ displayName, channels }: { displayName: string; channels: Channel[] }): string =>
  padded([skeleton(displayName), ...channelSearch(channels)])

/** Phones as digits alone, whole where they are valid; mails, sites and names in messengers as words. */
const channelSearch = (channels: readonly Channel[]): string[] =>
  channels.map(({ kind, value, e164 }) => (kind === ChannelKind.PHONE ? (e164 || value).replace(/\D/g, '') : skeleton(value)))
