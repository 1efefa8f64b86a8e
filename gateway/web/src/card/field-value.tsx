import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useNames } from '../api/directory.ts'
import type { Address, Caretaker, Channel, Counterparty, Interest } from '../api/types.ts'
import { date, languageName, number, shortDate } from '../lib/format.ts'
import { webAddress } from '../lib/web-address.ts'
import { phoneLink, phoneText } from '../parties/party.ts'
import { Person } from '../ui/person.tsx'
import { matters } from './facts-inputs.tsx'
import type { CardField } from './fields.ts'

const iban = (value: string) => value.replace(/(.{4})/g, '$1 ').trim()

export const addressText = (one: Address) => [one.country, one.postcode, one.region, one.city, one.street].map((part) => part.replace(/^[\s,]+|[\s,]+$/g, '')).filter(Boolean).join(', ')

const OUTSIDE = { target: '_blank', rel: 'noopener noreferrer' }

function ChannelLine({ channel }: { channel: Channel }) {
  const { t } = useTranslation()
  const shut = channel.blocked || channel.consent === 'withdrawn'
  const href = shut ? undefined : { phone: phoneLink(channel), email: `mailto:${channel.value}`, site: webAddress(channel.value), messenger: undefined, unspecified: undefined }[channel.kind]
  const text = channel.kind === 'phone' ? phoneText(channel) : channel.value
  return (
    <span className="channel">
      {href ? <a className={`link ${channel.kind === 'phone' ? 'num' : ''}`} href={href} {...(channel.kind === 'site' && OUTSIDE)}>{text}</a> : <span>{text}</span>}
      {channel.label ? <span className="meta"> {channel.label}</span> : null}
      {channel.blocked ? <span className="meta warn-text"> {t(channel.kind === 'phone' ? 'parties.noCalls' : 'parties.noLetters')}</span> : null}
      {channel.consent === 'unspecified' ? null : <span className="meta"> {t(`words.consent.${channel.consent}`)}</span>}
    </span>
  )
}

function InterestLine({ interest: { subject, fromDate, untilDate, note } }: { interest: Interest }) {
  const days = [fromDate && shortDate(fromDate), untilDate && shortDate(untilDate)].filter(Boolean).join('–')
  return <span className="channel" title={note || undefined}>{subject}{days ? <span className="meta num"> {days}</span> : null}</span>
}

function CaretakerLine({ caretaker }: { caretaker: Caretaker }) {
  const { t } = useTranslation()
  const known = matters.find((word) => word === caretaker.purpose)
  return <span className="channel"><Person id={caretaker.employeeId} full /> <span className="meta">{known ? t(`words.matter.${known}`) : caretaker.purpose}</span></span>
}

function TagLinks({ tags }: { tags: string[] }) {
  return <span className="row gap4 tags">{tags.map((tag) => <Link key={tag} className="tag" to="/counterparties" search={{ tag }}>{tag}</Link>)}</span>
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
    case 'tags': return <TagLinks tags={value as string[]} />
    case 'caretakers': return <>{(value as Caretaker[]).map((one) => <CaretakerLine key={one.purpose} caretaker={one} />)}</>
    case 'interests': return <>{(value as Interest[]).map((one, at) => <InterestLine key={at} interest={one} />)}</>
    case 'channels': return <>{(value as Channel[]).map((one, at) => <ChannelLine key={at} channel={one} />)}</>
    case 'addresses': return <>{(value as Address[]).map((one, at) => <span key={at} className="channel">{addressText(one)} <span className="meta">{t(`words.address.${one.kind}`)}</span></span>)}</>
    case 'accounts': return <>{(value as Counterparty['bankAccounts']).map((one, at) => <span key={at} className="channel">{iban(one.iban)}{one.bankName ? <span className="meta"> {one.bankName}</span> : null}</span>)}</>
    case 'language': return <>{languageName(value as string)}</>
    default: return <>{value as string}</>
  }
}
