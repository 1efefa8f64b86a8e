import { writeVcard, type VcardProperty } from '@vitrylo/imports'
import { AddressKind, ChannelKind, CounterpartyKind, type Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'

const NAMES: Partial<Record<ChannelKind, string>> = { [ChannelKind.PHONE]: 'TEL', [ChannelKind.EMAIL]: 'EMAIL', [ChannelKind.SITE]: 'URL', [ChannelKind.MESSENGER]: 'IMPP' }
const TYPES: Partial<Record<AddressKind, string>> = { [AddressKind.POSTAL]: 'postal', [AddressKind.DELIVERY]: 'delivery', [AddressKind.LEGAL]: 'legal', [AddressKind.ACTUAL]: 'work' }

/** A counterparty as a card. `uid` and `lines`: what a program has said of it that there is no field for. */
export function vcardOf(c: Counterparty, version: '3.0' | '4.0', { uid = '', lines = [] }: { uid?: string; lines?: readonly string[] } = {}): string {
  const isFirm = c.kind === CounterpartyKind.ORGANISATION
  const [family = '', given = '', ...middle] = c.displayName.split(' ')
  const isNew = version === '4.0'
  const properties: VcardProperty[] = [
    { name: 'UID', value: uid || c.externalId || `urn:uuid:${c.id}` },
    { name: 'FN', value: c.displayName },
    { name: 'N', value: isFirm ? [c.displayName, '', '', '', ''] : [family, given, middle.join(' '), '', ''] },
    ...(isNew ? [{ name: 'KIND', value: isFirm ? 'org' : 'individual' }] : isFirm ? [{ name: 'X-ABSHOWAS', value: 'COMPANY' }] : []),
    ...(isFirm ? [{ name: 'ORG', value: [c.fullName || c.displayName] }] : []),
    ...c.channels.map((channel) => channelOf(channel, isNew)),
    ...c.addresses.map(({ kind, country, postcode, region, city, street }) => ({
      name: 'ADR', types: [TYPES[kind] ?? ''].filter((type) => type !== ''), value: ['', '', street, city, region, postcode, country],
    })),
    { name: 'BDAY', value: isNew ? c.birthday.replaceAll('-', '') : c.birthday },
    { name: 'CATEGORIES', value: c.tags, list: true },
    { name: 'NOTE', value: c.note },
    ...(c.updateTime === undefined ? [] : [{ name: 'REV', value: `${c.updateTime.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z` }]),
  ]
  return writeVcard(properties, version, lines)
}

/** What was no phone or mail by its letters goes back under the name that it came by. */
export function channelOf({ kind, value, e164, label, primary }: Counterparty['channels'][number], isNew: boolean): VcardProperty {
  const given = kind === ChannelKind.MESSENGER && /^(TEL|EMAIL)$/.test(label)
  const types = given ? [] : label.split(/,\s*/).filter((word) => /^[A-Za-z][A-Za-z-]*$/.test(word)).map((word) => word.toLowerCase())
  const others: Record<string, string> = given || types.length > 0 || label === '' ? {} : { 'X-LABEL': label }
  const pref: Record<string, string> = primary && isNew ? { PREF: '1' } : {}
  return { name: given ? label : (NAMES[kind] ?? 'X-CHANNEL'), types: primary && !isNew ? [...types, 'pref'] : types, params: { ...pref, ...others }, value: kind === ChannelKind.PHONE && e164 !== '' ? e164 : value }
}
