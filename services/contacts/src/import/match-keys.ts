import type { Caller } from '@vitrylo/auth'
import type { Rules } from '@vitrylo/imports'
import { ChannelKind, type Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { skeleton } from '../search/skeleton.ts'

/** What can be a key by itself: there is an index for each of them. */
export const ALONE = ['id', 'externalId', 'taxCode', 'phone', 'email', 'displayName'] as const
/** What says too little by itself. */
export const BESIDE = ['birthday', 'city'] as const

type Part = (typeof ALONE)[number] | (typeof BESIDE)[number]

const VALUES: Record<Part, (c: Counterparty) => string[]> = {
  id: ({ id }) => [id],
  externalId: ({ externalId }) => [externalId],
  taxCode: ({ taxCode }) => [taxCode.toUpperCase()],
  phone: ({ channels }) => channels.filter(({ kind }) => kind === ChannelKind.PHONE).map(({ e164, value }) => e164 || value.replace(/\D/g, '')),
  email: ({ channels }) => channels.filter(({ kind }) => kind === ChannelKind.EMAIL).map(({ value }) => value.toLowerCase()),
  displayName: ({ displayName }) => [skeleton(displayName)],
  birthday: ({ birthday }) => [birthday],
  city: ({ addresses }) => addresses.map(({ city }) => skeleton(city)),
}

/** Values of a part as they are compared: phones and names in the form in which ways to write them meet. */
export const valuesOf = (part: string, c: Counterparty): string[] => VALUES[part as Part](c).filter((value) => value !== '')

/** Every value of a key: for one of several parts each combination. Empty where a part is missing: then it finds nothing. */
export function keyValues(key: readonly string[], c: Counterparty): string[] {
  return key.reduce<string[]>(
    (found, part) => found.flatMap((begin) => valuesOf(part, c).map((value) => `${begin}\u0001${value}`)),
    [key.join('+')],
  )
}

/**
 * Whether a caller may be told by a key which record a row is. It is asked before every look-up: a field that is hidden from
 * them must answer nothing.
 */
export function mayMatchBy(caller: Caller, key: readonly string[]): boolean {
  const hidden = caller.limits()?.hidden.get('counterparties')
  return hidden === undefined || !key.flatMap((part) => FIELDS_OF[part as Part] ?? COMPARED).some((field) => hidden.has(field))
}

const FIELDS_OF: Partial<Record<Part, string[]>> = {
  id: [], externalId: ['externalId'], taxCode: ['taxCode'], phone: ['channels'], email: ['channels'], displayName: ['displayName'], birthday: ['birthday'], city: ['addresses'],
}
/** What the search for duplicates looks at. */
const COMPARED = ['displayName', 'fullName', 'taxCode', 'channels', 'birthday', 'addresses']

/** The keys of the rules that hold for a caller. */
export const usableKeys = ({ keys }: Rules, caller: Caller): readonly (readonly string[])[] => keys.filter((key) => mayMatchBy(caller, key))
