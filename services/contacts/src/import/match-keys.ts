import { ChannelKind, type Channel, type Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { skeleton } from '../search/skeleton.ts'

/** What can be a key by itself: there is an index for each of them. */
export const ALONE = ['id', 'externalId', 'taxCode', 'phone', 'email', 'displayName'] as const
/** What says too little by itself. */
export const BESIDE = ['birthday', 'city'] as const

type Part = (typeof ALONE)[number] | (typeof BESIDE)[number]

/** Phones as they are compared. */
export const phonesOf = (channels: readonly Channel[]): string[] =>
  channels.filter(({ kind }) => kind === ChannelKind.PHONE).map(({ e164, value }) => e164 || value.replace(/\D/g, ''))
/** Mails as they are compared. */
export const emailsOf = (channels: readonly Channel[]): string[] => channels.filter(({ kind }) => kind === ChannelKind.EMAIL).map(({ value }) => value.toLowerCase())

const VALUES: Record<Part, (c: Counterparty) => string[]> = {
  id: ({ id }) => [id],
  externalId: ({ externalId }) => [externalId],
  taxCode: ({ taxCode }) => [taxCode.toUpperCase()],
  phone: ({ channels }) => phonesOf(channels),
  email: ({ channels }) => emailsOf(channels),
  displayName: ({ displayName }) => [skeleton(displayName)],
  birthday: ({ birthday }) => [birthday],
  city: ({ addresses }) => addresses.map(({ city }) => skeleton(city)),
}

/** Values of a part as they are compared: phones and names in the form in which ways to write them meet. */
export const valuesOf = (part: string, c: Counterparty): string[] => VALUES[part as Part](c).filter((value) => value !== '')

/** Fields that a part reads; of the search for duplicates all that it compares. */
export const fieldsRead = (part: string): readonly string[] => FIELDS_OF[part as Part] ?? COMPARED

const FIELDS_OF: Partial<Record<Part, string[]>> = {
  id: [], externalId: ['externalId'], taxCode: ['taxCode'], phone: ['channels'], email: ['channels'], displayName: ['displayName'], birthday: ['birthday'], city: ['addresses'],
}
const COMPARED = ['displayName', 'fullName', 'taxCode', 'channels', 'birthday', 'addresses']
