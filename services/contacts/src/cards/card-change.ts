import { isDeepStrictEqual } from 'node:util'
import { AppError } from '@vitrylo/errors'
import { readCard, type ReadCard } from '@vitrylo/imports'
import { plainNames } from '@vitrylo/service'
import { ChannelKind, CounterpartyKind, type Address, type Channel, type Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { Counterparty as CounterpartyCodec } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'

/** What a card says of a record. */
export type Said = { displayName: string; birthday: string; note: string; tags: string[]; channels: Channel[]; addresses: Address[]; title: string }

const MAX_OTHERS = 512 * 1024
// Of these a card that names none has lost them, and not taken them away: many programs do not know them.
const MAY_BE_LOST = new Set<string>([ChannelKind.SITE, ChannelKind.MESSENGER])

/** Reads a card that a program puts, or refuses it in words. `also`: properties that the record has fields for. */
export function readPut(text: string, also: readonly string[]): ReadCard {
  if (text.includes('\0')) throw wrong('CARD_INVALID', 'the card holds a zero byte')
  const card = readCard(text, also)
  if ('problem' in card) throw wrong('CARD_INVALID', `the card cannot be read: ${card.problem}`)
  if (card.version !== '3.0' && card.version !== '4.0') throw wrong('CARD_VERSION', 'cards of version 3.0 and 4.0 are taken')
  if (card.isGroup) throw wrong('CARD_INVALID', 'groups are not taken: a book is made of a saved filter')
  if (card.uid === '' || card.uid.length > 200) throw wrong('CARD_INVALID', 'a card needs a UID of at most 200 characters')
  if (card.others.reduce((sum, line) => sum + line.length, 0) > MAX_OTHERS) throw wrong('CARD_TOO_LARGE', 'pictures and other properties have more than 512 kB together')
  return card
}

const wrong = (reason: string, message: string): AppError => new AppError('INVALID_ARGUMENT', reason, message)

export function saidBy({ fields, title }: ReadCard): Said {
  const { channels, addresses } = CounterpartyCodec.fromJSON(JSON.parse(fields.more ?? '{}'))
  return plainNames({ displayName: fields.displayName ?? '', birthday: fields.birthday ?? '', note: fields.note ?? '', tags: (fields.tags ?? '').split('|').filter((tag) => tag !== ''), channels, addresses, title })
}

/** A new counterparty, as its card tells of it. */
export const counterpartyOf = (card: ReadCard): Partial<Counterparty> => {
  const { title: _title, ...said } = saidBy(card)
  return plainNames({ ...said, kind: card.fields.kind === 'organisation' ? CounterpartyKind.ORGANISATION : CounterpartyKind.PERSON, fullName: card.fields.kind === 'organisation' ? fullNameIn(card, said.displayName) : (card.fields.fullName ?? '') })
}

/** A firm has its whole name in ORG, where that is another than the one it goes by. */
const fullNameIn = ({ organisation }: ReadCard, displayName: string): string => (organisation === displayName ? '' : organisation)

type Own = { displayName: string; birthday: string; note: string; channels: Channel[] } & Partial<Pick<Counterparty, 'kind' | 'fullName' | 'tags' | 'addresses'>>

/**
 * What a program has changed: what its card says otherwise than the card that it was given. So nothing is lost that a card cannot say, or
 * that a program writes in another way than we do.
 */
export function changesOf<T extends Own>(current: T, given: ReadCard, put: ReadCard): Partial<T> {
  const [before, after] = [saidBy(given), saidBy(put)]
  const changes: Partial<Own> = {}
  if (after.displayName !== before.displayName && after.displayName !== '') changes.displayName = after.displayName
  if (current.kind === CounterpartyKind.ORGANISATION && put.organisation !== given.organisation && put.organisation !== '') changes.fullName = fullNameIn(put, after.displayName)
  if (after.birthday !== before.birthday) changes.birthday = after.birthday
  if (after.note !== before.note) changes.note = after.note
  if (current.tags !== undefined && put.hasTags && !isDeepStrictEqual(after.tags, before.tags)) changes.tags = after.tags
  if (current.addresses !== undefined && !isDeepStrictEqual(after.addresses, before.addresses)) changes.addresses = addressesOf(current.addresses, before.addresses, after.addresses)
  const channels = channelsOf(current.channels, before.channels, after.channels)
  if (!isDeepStrictEqual(channels, current.channels)) changes.channels = channels
  return changes as Partial<T>
}

const sameChannel = (a: Channel, b: Channel): boolean => a.kind === b.kind && a.value === b.value

/** Channels keep what no card says of them: consent, that they must not be used. `before[n]` is how `current[n]` was shown. */
function channelsOf(current: readonly Channel[], before: readonly Channel[], after: readonly Channel[]): Channel[] {
  if (isDeepStrictEqual(before, after)) return [...current]
  // Shown as phone or mail or under another name: by their order they are told apart, since a card leaves out none but those of no name.
  const shown = current.filter(({ kind }) => before.some((channel) => channel.kind === kind))
  const pairs = before.map((channel, at) => ({ channel, own: shown[at] }))
  const left = [...pairs]
  const next = after.map((channel): Channel => {
    const at = left.findIndex((pair) => sameChannel(pair.channel, channel))
    const [pair] = at < 0 ? [] : left.splice(at, 1)
    if (pair?.own === undefined) return channel
    const { label, primary } = channel
    return { ...pair.own, ...(label !== pair.channel.label && { label }), primary: primary === pair.channel.primary ? pair.own.primary : primary }
  })
  const kinds = new Set<string>(after.map(({ kind }) => kind))
  const lost = current.filter((channel) => !shown.includes(channel) || (MAY_BE_LOST.has(channel.kind) && !kinds.has(channel.kind)))
  const primaries = new Set(next.filter(({ primary }) => primary).map(({ kind }) => kind))
  return [...next, ...lost.map((channel) => (primaries.has(channel.kind) ? { ...channel, primary: false } : channel))]
}

/** An address that was shown and comes back as it was stays what it is, also in what the card does not say of it. */
function addressesOf(current: readonly Address[], before: readonly Address[], after: readonly Address[]): Address[] {
  const isWhole = current.length === before.length
  return after.map((address) => {
    const at = isWhole ? before.findIndex((other) => isDeepStrictEqual(other, address)) : -1
    return at < 0 ? address : current[at]!
  })
}
