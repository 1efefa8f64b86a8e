import type { Violation } from '@vitrylo/errors'
import { ChannelKind, type Channel } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { e164Of } from '@vitrylo/service/phone.ts'
import type { CountryCode } from 'libphonenumber-js'

/** Channels as they are stored: the given text stays, a valid phone gets its E.164 form, of each kind one is the primary one. */
export function normalChannels(channels: readonly Channel[], country: CountryCode): Channel[] {
  const marked = new Set(channels.filter(({ primary }) => primary).map(({ kind }) => kind))
  return channels.map((channel) => {
    const primary = channel.primary || !marked.has(channel.kind)
    if (primary) marked.add(channel.kind)
    const e164 = channel.kind === ChannelKind.PHONE ? e164Of(channel.value, country) : ''
    return { ...channel, value: channel.value.trim(), e164, primary }
  })
}

/** Why a text cannot be what its kind says; undefined if it can. */
export function malformedChannel(kind: Channel['kind'], text: string): string | undefined {
  if (kind === ChannelKind.EMAIL && !/^[^\s@]+@[^\s@]+$/.test(text)) return 'is no mail address: name@domain'
  if (kind === ChannelKind.PHONE && !/\d\D*\d\D*\d/.test(text)) return 'is no phone number: it has fewer than three digits'
  return undefined
}

/** What is wrong with channels beside the limits of the contract. */
export function channelViolations(channels: readonly Channel[]): Violation[] {
  const primaries = new Set<string>()
  return channels.flatMap(({ kind, value, primary }, index): Violation[] => {
    const found: Violation[] = []
    const text = value.trim()
    if (text === '') found.push({ field: `channels[${index}].value`, rule: 'required', description: 'must not be blank' })
    const malformed = text === '' ? undefined : malformedChannel(kind, text)
    if (malformed !== undefined) found.push({ field: `channels[${index}].value`, rule: 'format', description: malformed })
    if (primary && primaries.has(kind)) {
      found.push({ field: `channels[${index}].primary`, rule: 'unique', description: 'another channel of the kind is the primary one' })
    }
    if (primary) primaries.add(kind)
    return found
  })
}
