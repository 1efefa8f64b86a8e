import type { Violation } from '@vitrylo/errors'
import { ChannelKind, type Channel } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { mailViolation } from '@vitrylo/service/mail-address.ts'
import { e164Of, phoneViolation } from '@vitrylo/service/phone.ts'
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
export function valueViolation({ kind, value }: Pick<Channel, 'kind' | 'value'>, country: CountryCode, field: string): Violation | undefined {
  const text = value.trim()
  if (text === '') return undefined
  return kind === ChannelKind.EMAIL ? mailViolation(text, field) : kind === ChannelKind.PHONE ? phoneViolation(text, country, field) : undefined
}

const LEAST: Partial<Record<ChannelKind, RegExp>> = { [ChannelKind.EMAIL]: /^[^\s@]+@[^\s@]+$/, [ChannelKind.PHONE]: /\d\D*\d\D*\d/ }

/**
 * The same of a row of a file, which is refused as a whole: for what is no phone and no mail at all. A number that lost a digit is taken, as
 * it may be what the record has already, or the second one of a client who would be lost with it.
 */
export const rowViolation = (channel: Pick<Channel, 'kind' | 'value'>, country: CountryCode, field: string): Violation | undefined =>
  LEAST[channel.kind]?.test(channel.value.trim()) ? undefined : valueViolation(channel, country, field)

/** What is wrong with values of channels. What a record has already is not asked again: an older one with a wrong value can still be worked with. */
export function valueViolations(channels: readonly Channel[], country: CountryCode, before: readonly Channel[] = []): Violation[] {
  const had = new Set(before.map(({ kind, value }) => `${kind} ${value}`))
  return channels.flatMap((channel, index) =>
    had.has(`${channel.kind} ${channel.value}`) ? [] : (valueViolation(channel, country, `channels[${index}].value`) ?? []),
  )
}

/** What is wrong with channels beside the limits of the contract. */
export function channelViolations(channels: readonly Channel[]): Violation[] {
  const primaries = new Set<string>()
  return channels.flatMap(({ kind, value, primary }, index): Violation[] => {
    const found: Violation[] = []
    if (value.trim() === '') found.push({ field: `channels[${index}].value`, rule: 'required', description: 'must not be blank' })
    if (primary && primaries.has(kind)) {
      found.push({ field: `channels[${index}].primary`, rule: 'unique', description: 'another channel of the kind is the primary one' })
    }
    if (primary) primaries.add(kind)
    return found
  })
}
