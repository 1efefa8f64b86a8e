import { readDay } from '../read-day.ts'
import type { CsvRow } from '../csv.ts'
import { cardReader, partsOf, textOf, type Card, type Property } from './lex.ts'

/** Columns of a file of cards; `more` holds what one column is too narrow for, as an export writes it. */
export const VCARD_COLUMNS = ['id', 'displayName', 'kind', 'fullName', 'birthday', 'note', 'tags', 'externalId', 'more'] as const

/** Cards as rows, the names of the columns first. A card that cannot be read costs itself only. */
export async function* readVcards(parts: AsyncIterable<string>): AsyncGenerator<CsvRow[]> {
  const reader = cardReader()
  yield [{ line: 1, cells: [...VCARD_COLUMNS] }]
  for await (const part of parts) yield reader.add(part.replace(/^\ufeff/, '')).map(rowOf)
  yield reader.end().map(rowOf)
}

function rowOf({ line, number, properties, problem }: Card): CsvRow {
  if (problem !== undefined) return { line, cells: [], problem: { rule: 'card', description: `card ${number}, line ${line}: ${problem}`, column: -1 } }
  const row = fieldsOf(properties)
  return { line, cells: VCARD_COLUMNS.map((column) => row[column] ?? '') }
}

const isValid = { TEL: /\d\D*\d\D*\d/, EMAIL: /^[^\s@]+@[^\s@]+$/ }
const KINDS: Record<string, string> = { TEL: 'CHANNEL_KIND_PHONE', EMAIL: 'CHANNEL_KIND_EMAIL', URL: 'CHANNEL_KIND_SITE', IMPP: 'CHANNEL_KIND_MESSENGER' }
/** Said by other fields, or of no use outside of the program that wrote it. */
const SILENT = new Set(['VERSION', 'PRODID', 'REV', 'FN', 'N', 'KIND', 'TEL', 'EMAIL', 'URL', 'IMPP', 'ADR', 'LABEL', 'BDAY', 'NOTE', 'CATEGORIES', 'UID', 'PROFILE', 'SOURCE', 'NAME', 'CLASS', 'MAILER', 'SORT-STRING', 'X-ABLABEL', 'X-ABSHOWAS', 'CALSCALE'])
const BINARY = new Set(['PHOTO', 'LOGO', 'SOUND', 'KEY'])

/** What a card says, by the columns of a file of cards. */
export type CardFields = Partial<Record<(typeof VCARD_COLUMNS)[number], string>>

/** `withOthers`: properties that there is no field for stand below the remarks. */
export function fieldsOf(properties: readonly Property[], { withOthers } = { withOthers: true }): CardFields {
  const all = (name: string): Property[] => properties.filter((property) => property.name === name)
  const first = (name: string): string => textOf(all(name)[0]?.value ?? '')
  const [family = '', given = '', middle = ''] = partsOf(all('N')[0]?.value ?? '', ';')
  const organisation = organisationOf(properties)
  const personal = [family, given, middle].map((part) => part.replaceAll(',', ' ').trim()).filter((part) => part !== '').join(' ')
  const isFirm = /^(org|group)$/i.test(first('KIND')) || /^company$/i.test(first('X-ABSHOWAS')) || (personal === '' && organisation !== '' && [organisation, ''].includes(first('FN')))
  const channels = channelsOf(properties)
  const displayName = cut((isFirm ? first('FN') || organisation : personal || first('FN') || organisation) || channels[0]?.value || '', 200)
  const day = readDay(first('BDAY').slice(0, 10)) ?? readDay(first('BDAY').slice(0, 8))
  const label = new Map(all('X-ABLABEL').map(({ group, value }) => [group, textOf(value).replace(/^_\$!<(.*)>!\$_$/, '$1')]))
  const named = channels.map(({ group, ...channel }) => ({ ...channel, label: channel.label || cut(label.get(group) ?? '', 60) }))
  const more = { channels: named.slice(0, 50), addresses: addressesOf(all('ADR')) }
  return {
    id: /^urn:uuid:([0-9a-f-]{36})$/i.exec(first('UID'))?.[1] ?? '',
    displayName,
    kind: isFirm ? 'organisation' : 'person',
    fullName: cut(!isFirm && first('FN') !== displayName ? first('FN') : '', 400),
    birthday: day ?? '',
    note: noteOf(properties, isFirm, withOthers),
    tags: all('CATEGORIES').flatMap(({ value }) => partsOf(value, ',')).map((tag) => cut(tag.replace(/[;|]/g, ' '), 40)).slice(0, 30).join('|'),
    externalId: cut(first('UID'), 200),
    more: JSON.stringify(more),
  }
}

/** The post that a card names. */
export const titleOf = (properties: readonly Property[]): string => cut(textOf(properties.find(({ name }) => name === 'TITLE')?.value ?? ''), 200)

/** The organisation that a card names, with its parts. */
export const organisationOf = (properties: readonly Property[]): string =>
  cut(partsOf(properties.find(({ name }) => name === 'ORG')?.value ?? '', ';').filter((part) => part !== '').join(', '), 400)

const cut = (text: string, most: number): string => text.slice(0, most)

type Channel = { kind: string; value: string; label: string; primary: boolean; group: string }

/** Phones, mails, sites, messengers in their order. One that is no phone or mail by its letters is kept under the name of its property. */
function channelsOf(properties: readonly Property[]): Channel[] {
  const primaries = new Set<string>()
  return properties.flatMap(({ name, params, value, group }): Channel[] => {
    let kind = KINDS[name]
    if (kind === undefined) return []
    const text = cut(textOf(value).replace(/^(tel|mailto):/i, ''), 200)
    if (text === '') return []
    const types = [...(params.get('TYPE') ?? [])].map((type) => type.toLowerCase())
    const isWrong = (name === 'TEL' || name === 'EMAIL') && !isValid[name].test(text)
    if (isWrong) kind = KINDS.IMPP!
    const wants = types.includes('pref') || params.has('PREF')
    const primary = wants && !primaries.has(kind)
    if (primary) primaries.add(kind)
    const words = types.filter((type) => !['pref', 'internet', 'voice', 'msg', 'x-mobile'].includes(type)).join(', ')
    return [{ kind, value: text, label: isWrong ? name : cut(words, 60), primary, group }]
  })
}

function addressesOf(properties: readonly Property[]): object[] {
  return properties.slice(0, 20).flatMap(({ value, params }) => {
    const [box = '', extended = '', street = '', city = '', region = '', postcode = '', country = ''] = partsOf(value, ';')
    const types = (params.get('TYPE') ?? []).map((type) => type.toLowerCase())
    const place = [box, extended, street].filter((part) => part !== '').join(', ').replaceAll('\n', ', ')
    const isCode = /^[A-Za-z]{2}$/.test(country)
    const text = cut(isCode || country === '' ? place : [place, country].filter((part) => part !== '').join(', '), 300)
    if (text + city + region + postcode === '') return []
    const kind = types.includes('postal') ? 'ADDRESS_KIND_POSTAL' : types.includes('legal') ? 'ADDRESS_KIND_LEGAL' : types.includes('parcel') || types.includes('delivery') ? 'ADDRESS_KIND_DELIVERY' : 'ADDRESS_KIND_ACTUAL'
    return [{ kind, country: isCode ? country.toUpperCase() : '', postcode: cut(postcode, 20), region: cut(region, 100), city: cut(city, 100), street: text }]
  })
}

/** Remarks, and below them what a counterparty has no field for: nothing of a card is lost without a word. */
function noteOf(properties: readonly Property[], isFirm: boolean, withOthers: boolean): string {
  const notes = properties.filter(({ name }) => name === 'NOTE').map(({ value }) => textOf(value))
  const others = !withOthers ? [] : properties.filter(({ name }) => !SILENT.has(name) && !(isFirm && name === 'ORG')).map(({ name, value }) => {
    const text = BINARY.has(name) ? '(not stored)' : partsOf(value, ';').filter((part) => part !== '').join(', ')
    return `${name}: ${text}`
  })
  return cut([...notes, ...new Set(others)].filter((text) => text !== '').join('\n'), 4000)
}
