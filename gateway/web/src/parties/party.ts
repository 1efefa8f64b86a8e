import type { Channel, Counterparty } from '../api/types.ts'
import { isLegalForm, phone } from '../lib/format.ts'

type WithChannels = { channels: Channel[] }

/** The channel of a kind to use first; one that may not be used only where there is no other. */
export function mainChannel(of: WithChannels, kind: Channel['kind']): Channel | undefined {
  const all = of.channels.filter((channel) => channel.kind === kind)
  const open = all.filter((channel) => !channel.blocked && channel.consent !== 'withdrawn')
  return open.find((channel) => channel.primary) ?? open[0] ?? all.find((channel) => channel.primary) ?? all[0]
}

export const phoneText = (channel: Channel | undefined) => (channel ? (channel.e164 ? phone(channel.e164) : channel.value) : '')

export const phoneLink = (channel: Channel) => `tel:${channel.e164 || channel.value.replace(/[^\d+]/g, '')}`

/** Whoever just says their name is a person; a firm has its legal form or quotes in it. */
export const kindByName = (name: string) => (/[«»"“”„]/.test(name) || name.split(/\s+/).some(isLegalForm) ? 'organisation' : 'person')

/** The kind as people say it: a sole trader is kept like an organisation and is none. */
export const kindOf = ({ kind, displayName }: Pick<Counterparty, 'kind' | 'displayName'>) => (kind === 'organisation' && /^ФОП\s/i.test(displayName) ? 'trader' : kind)
