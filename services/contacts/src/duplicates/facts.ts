import { ChannelKind, type Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { skeleton } from '../search/skeleton.ts'
import { FORMS_OF_FIRMS } from './rules.ts'

export type Place = { postcode: string; city: string; words: string[]; house: string }

/** What of a record is compared, each value in the form in which spellings of it meet. */
export type Facts = {
  id: string
  /** Words of each name that it goes by: the one that people say, the registered one. */
  names: string[][]
  taxCode: string
  phones: string[]
  emails: string[]
  /** Eight digits. */
  birthday: string
  places: Place[]
}

type Compared = Pick<Counterparty, 'id' | 'displayName' | 'fullName' | 'taxCode' | 'channels' | 'birthday' | 'addresses'>

export function factsOf({ id, displayName, fullName, taxCode, channels, birthday, addresses }: Compared): Facts {
  const names = [displayName, fullName].map(nameWords).filter((words) => words.length > 0)
  const values = (kind: string) => channels.filter((channel) => channel.kind === kind)
  return {
    id,
    names: names.length === 2 && names[0]!.join() === names[1]!.join() ? names.slice(0, 1) : names,
    taxCode: taxCode.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''),
    phones: distinct(values(ChannelKind.PHONE).map(({ e164, value }) => (e164 || value).replace(/\D/g, '').slice(-9)).filter((digits) => digits.length >= 5)),
    emails: distinct(values(ChannelKind.EMAIL).map(({ value }) => value.trim().toLowerCase())),
    birthday: birthday.replace(/\D/g, ''),
    places: addresses.map(placeOf).filter(({ postcode, city, words, house }) => postcode + city + house !== '' || words.length > 0),
  }
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)]

function nameWords(name: string): string[] {
  const words = distinct(skeleton(name).split(' ').filter((word) => word !== ''))
  const own = words.filter((word) => !FORMS_OF_FIRMS.has(word))
  return own.length === 0 ? words : own
}

// The kinds of streets: they come and go between two writings of one address.
const STREETS = new Set('vul vulitsia ul ulitsa prosp prospekt pr bulvar bul bulv prov provulok pl plosha mkr kv ofis of street st road rd avenue ave place court crescent close'.split(' '))

function placeOf({ postcode, city, street }: Counterparty['addresses'][number]): Place {
  const words = skeleton(street).split(' ')
  return {
    postcode: postcode.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''),
    city: skeleton(city.replace(/^\s*(м|с|смт)\.\s*/u, '')),
    words: distinct(words.filter((word) => word.length > 1 && !/\d/.test(word) && !STREETS.has(word))),
    house: words.find((word) => /^\d/.test(word)) ?? '',
  }
}
