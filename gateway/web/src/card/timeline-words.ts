import { IconArrowsExchange, IconBriefcase, IconCheck, IconFileImport, IconLink, IconNote, IconPencil, IconPhone, IconPhoneIncoming, IconPhoneOutgoing, IconPhoneX, IconTicket, IconTrophy, IconUserCheck, IconUserPlus, IconX, type TablerIcon } from '@tabler/icons-react'
import i18next, { type TFunction } from 'i18next'
import type { TimelineEntry } from '../api/types.ts'
import { kindIcons } from '../interactions/interaction-words.ts'
import { writeDay } from '../lib/day.ts'
import { clock, money, phone, when, withPhones } from '../lib/format.ts'

export type Told = { icon: TablerIcon; tone: '' | 'acc' | 'good' | 'bad'; title: string; text?: string; more?: string }

const spoken = (seconds: string | undefined) => (seconds && Number(seconds) > 0 ? clock(Number(seconds)) : '')

function call(entry: TimelineEntry, t: TFunction, queueTitle: (name: string) => string): Told {
  const { direction = 'inbound', disposition = '', talkSeconds, waitSeconds, queue, number, person } = entry.data
  const answered = disposition === 'answered'
  const icon = !answered ? IconPhoneX : direction === 'outbound' ? IconPhoneOutgoing : direction === 'inbound' ? IconPhoneIncoming : IconPhone
  const title = answered ? [t(`timeline.call.${direction}`), person].filter(Boolean).join(': ') : t('timeline.callNot', { outcome: t(`words.callOutcome.${disposition}`, { defaultValue: '' }) })
  const talk = spoken(talkSeconds) ? t('timeline.talk', { time: spoken(talkSeconds) }) : ''
  const wait = !answered && spoken(waitSeconds) ? t('timeline.wait', { time: spoken(waitSeconds) }) : ''
  return { icon, tone: answered ? 'acc' : 'bad', title, more: [queue ? t('timeline.queue', { queue: queueTitle(queue) }) : '', talk, wait, answered ? '' : phone(number)].filter(Boolean).join(' · ') }
}

const kindOf = (data: Record<string, string>, t: TFunction) => (data['kind'] ? t(`words.interaction.${data['kind']}`) : '')

/** `interaction-held` -> the words for it, with the icon of the kind. */
function interaction(entry: TimelineEntry, t: TFunction): Told {
  const what = entry.kind.slice('interaction-'.length)
  const tone = what === 'held' ? 'acc' : what === 'planned' || what === 'moved' ? '' : 'bad'
  const icon = kindIcons[(entry.data['kind'] ?? 'note') as keyof typeof kindIcons] ?? kindIcons.note
  return { icon, tone, title: t(`timeline.interaction.${what}`, { subject: entry.data['title'] ?? '' }) }
}

const sum = (data: Record<string, string>) => (data['amount'] ? money({ amount: data['amount'], currency: data['currency'] ?? 'UAH' }) : '')

const localPurpose = (data: Record<string, string>) => data[i18next.language === 'en' ? 'purposeEn' : 'purposeUk'] ?? ''

/** Who came to be what to the counterparty, in the language of the page. */
function relation(entry: TimelineEntry, t: TFunction): Told {
  const { name = '', relationUk = '', relationEn = '', endDate = '' } = entry.data
  const what = entry.kind.slice('relation-'.length)
  const more = [i18next.language === 'en' ? relationEn : relationUk, what === 'ended' && endDate ? t('relations.until', { day: writeDay(endDate, i18next.language) }) : ''].filter(Boolean).join(' · ')
  return { icon: IconLink, tone: '', title: t(`timeline.relation.${what}`, { name }), more }
}

/** What it is about; a request of a call that nobody has given a subject by its number and how it came. */
function subjectOf({ section, data }: TimelineEntry, t: TFunction): string {
  const { title, subject, number = '', channel, missedCall } = data
  if (title || subject || section !== 'requests' || channel !== 'call') return withPhones(title ?? subject ?? number)
  return `${number} · ${t(missedCall ? 'timeline.missedCall' : 'words.requestChannel.call')}`
}

/** What an entry says, by its kind. A kind that this release does not know is shown by its own name. */
export function tell(entry: TimelineEntry, t: TFunction, queueTitle: (name: string) => string): Told {
  const { data } = entry
  const subject = subjectOf(entry, t)
  switch (entry.kind) {
    case 'note': return { icon: IconNote, tone: '', title: t('timeline.note'), text: data['text'] ?? '' }
    case 'call-ended': return call(entry, t, queueTitle)
    case 'opportunity-created': return { icon: IconBriefcase, tone: '', title: t('timeline.opportunityCreated', { subject }), more: sum(data) }
    case 'opportunity-moved': return { icon: IconArrowsExchange, tone: '', title: t('timeline.opportunityMoved', { from: data['fromStage'] ?? '', to: data['toStage'] ?? '' }), more: subject }
    case 'opportunity-changed': return { icon: IconPencil, tone: '', title: t('timeline.opportunityChanged', { subject }) }
    case 'opportunity-deleted': return { icon: IconX, tone: 'bad', title: t('timeline.opportunityDeleted', { subject }) }
    case 'opportunity-won': return { icon: IconTrophy, tone: 'good', title: t('timeline.opportunityWon', { subject }), more: sum(data) }
    case 'opportunity-lost': return { icon: IconX, tone: 'bad', title: t('timeline.opportunityLost', { subject }), ...(data['reason'] ? { text: data['reason'] } : {}) }
    case 'opportunity-reopened': return { icon: IconBriefcase, tone: '', title: t('timeline.opportunityReopened', { subject }) }
    case 'request-registered': return { icon: IconTicket, tone: '', title: t('timeline.requestRegistered', { subject }) }
    case 'request-taken': return { icon: IconUserCheck, tone: '', title: t('timeline.requestTaken', { subject }) }
    case 'request-assigned': return { icon: IconUserCheck, tone: '', title: t('timeline.requestAssigned', { subject }) }
    case 'request-closed': return data['sameAs'] ? { icon: IconTicket, tone: '', title: t('timeline.requestJoined', { subject, number: data['sameAs'] }) } : { icon: IconCheck, tone: 'good', title: t('timeline.requestClosed', { subject }), ...(data['resolution'] ? { text: data['resolution'] } : {}) }
    case 'request-reopened': return { icon: IconTicket, tone: '', title: t('timeline.requestReopened', { subject }) }
    case 'request-changed': return { icon: IconPencil, tone: '', title: t('timeline.requestChanged', { subject }) }
    case 'interaction-planned': return { ...interaction(entry, t), more: [kindOf(data, t), data['startTime'] ? when(data['startTime']) : '', data['place'] ?? ''].filter(Boolean).join(' · ') }
    case 'interaction-moved': return { ...interaction(entry, t), more: [kindOf(data, t), data['startTime'] ? when(data['startTime']) : ''].filter(Boolean).join(' · ') }
    case 'interaction-held':
    case 'interaction-cancelled':
    case 'interaction-deleted': return { ...interaction(entry, t), ...(data['result'] ? { text: data['result'] } : {}), more: [kindOf(data, t), data['nextStep'] ? t('timeline.nextStep', { step: data['nextStep'] }) : ''].filter(Boolean).join(' · ') }
    case 'contact-person-added': return { icon: IconUserPlus, tone: '', title: t('timeline.personAdded', { name: data['name'] ?? '' }), more: data['position'] ?? '' }
    case 'contact-person-changed': return { icon: IconPencil, tone: '', title: t('timeline.personChanged', { name: data['name'] ?? '' }), more: data['position'] ?? '' }
    case 'contact-person-removed': return { icon: IconX, tone: '', title: t('timeline.personRemoved', { name: data['name'] ?? '' }), more: data['position'] ?? '' }
    case 'consent-given': return { icon: IconCheck, tone: 'good', title: t('timeline.consentGiven', { purpose: localPurpose(data) }), more: data['source'] ? t(`words.consentSource.${data['source']}`) : '' }
    case 'consent-withdrawn': return { icon: IconX, tone: 'bad', title: t('timeline.consentWithdrawn', { purpose: localPurpose(data) }), more: data['source'] ? t(`words.consentSource.${data['source']}`) : '' }
    case 'relation-added':
    case 'relation-changed':
    case 'relation-ended':
    case 'relation-removed': return relation(entry, t)
    case 'counterparty-merged': return { icon: IconArrowsExchange, tone: 'acc', title: t('duplicates.timelineMerged', { name: data['name'] ?? '' }) }
    case 'counterparty-merge-undone': return { icon: IconArrowsExchange, tone: '', title: t('duplicates.timelineUndone', { name: data['name'] ?? '' }) }
    case 'counterparty-deleted': return { icon: IconX, tone: 'bad', title: t('timeline.partyDeleted') }
    case 'counterparty-restored': return { icon: IconFileImport, tone: '', title: t('timeline.partyRestored') }
    case 'counterparty-created': return { icon: IconFileImport, tone: '', title: t('timeline.partyCreated') }
    case 'counterparty-changed': return { icon: IconPencil, tone: '', title: t('timeline.partyChanged'), more: (data['fields'] ?? '').split(',').filter(Boolean).map((name) => t(name.trim() === 'custom' ? 'tree.customFields' : `parties.${name.trim()}`, { defaultValue: name })).join(', ') }
    default: return { icon: IconNote, tone: '', title: subject || entry.kind }
  }
}
