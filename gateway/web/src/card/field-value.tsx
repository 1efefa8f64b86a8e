import { useTranslation } from 'react-i18next'
import { useNames } from '../api/directory.ts'
import type { Address, Channel, Counterparty } from '../api/types.ts'
import { date, number } from '../lib/format.ts'
import { phoneLink, phoneText } from '../parties/party.ts'
import { Person } from '../ui/person.tsx'
import type { CardField } from './fields.ts'

const iban = (value: string) => value.replace(/(.{4})/g, '$1 ').trim()

export const addressText = (one: Address) => [one.postcode, one.region, one.city, one.street].filter(Boolean).join(', ')

function ChannelLine({ channel }: { channel: Channel }) {
  const href = { phone: phoneLink(channel), email: `mailto:${channel.value}`, site: undefined, messenger: undefined, unspecified: undefined }[channel.kind]
  const text = channel.kind === 'phone' ? phoneText(channel) : channel.value
  return (
    <span className="channel">
      {href ? <a className={`link ${channel.kind === 'phone' ? 'num' : ''}`} href={href}>{text}</a> : <span>{text}</span>}
      {channel.label ? <span className="meta"> {channel.label}</span> : null}
    </span>
  )
}

type Props = { field: CardField; value: Counterparty[CardField['name']] | undefined }

/** A value as people read it, in the facts and in the dialog of a conflict. */
export function FieldValue({ field, value }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return <span className="muted">{t('card.notGiven')}</span>
  switch (field.kind) {
    case 'employee': return <Person id={value as string} full />
    case 'branch': return <>{names.branch(value as string) ?? '—'}</>
    case 'roles': return <>{(value as Counterparty['roles']).map((role) => t(`words.role.${role}`)).join(', ')}</>
    case 'flag': return <>{t(value ? 'ui.yes' : 'ui.no')}</>
    case 'number': return <>{value === 0 ? '—' : number(value as number)}</>
    case 'date': return <>{date(value as string)}</>
    case 'tags': return <>{(value as string[]).join(', ')}</>
    case 'channels': return <>{(value as Channel[]).map((one, at) => <ChannelLine key={at} channel={one} />)}</>
    case 'addresses': return <>{(value as Address[]).map((one, at) => <span key={at} className="channel">{addressText(one)}</span>)}</>
    case 'accounts': return <>{(value as Counterparty['bankAccounts']).map((one, at) => <span key={at} className="channel">{iban(one.iban)}</span>)}</>
    default: return <>{field.name === 'language' ? t(`words.language.${value as string}`, { defaultValue: value as string }) : (value as string)}</>
  }
}
