import { IconDots, IconForms, IconMail, IconMailbox, IconMessage, IconPhone, IconPhoneX, IconWalk, type TablerIcon } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import type { Request } from '../api/types.ts'
import { daysFromToday, isWithheld, phone, withPhones } from '../lib/format.ts'

export const channelWords = ['call', 'mail', 'visit', 'form', 'letter', 'messenger', 'other'] as const

const icons: Record<string, TablerIcon> = { call: IconPhone, mail: IconMail, visit: IconWalk, form: IconForms, letter: IconMailbox, messenger: IconMessage, other: IconDots }

export const iconOf = (request: Request) => (request.missedCall ? IconPhoneX : (icons[request.channel] ?? IconDots))

/** Whose it is: the client, else how the sender named themselves, else the number. */
export const senderOf = ({ counterpartyName, senderName, phone: number }: Request) => counterpartyName || senderName || (number ? phone(number) : '')

/** What a request is about; of a call of which nobody has said yet, whose it was. */
export function subjectOf(request: Request, t: TFunction): string {
  const { subject, callId, missedCall, number } = request
  if (subject || !callId) return withPhones(subject) || number
  const hidden = !request.counterpartyName && !request.senderName && isWithheld(request.phone)
  return t(missedCall ? 'requests.missedCallOf' : 'requests.callOf', { who: hidden ? t('call.withheldNumber') : senderOf(request) || number })
}

/** Why this owner, in a few words of a list line. */
export function reasonShort(request: Request, t: TFunction): string {
  const rule = request.routing?.rule ?? 'unspecified'
  return rule === 'unspecified' ? '' : t(`routing.short.${rule}`)
}

export type DueGroup = 'late' | 'today' | 'later' | 'none' | 'closed'

export function dueGroup(request: Request, now: number): DueGroup {
  if (request.state === 'closed') return 'closed'
  if (!request.dueTime) return 'none'
  const due = new Date(request.dueTime)
  if (due.getTime() < now) return 'late'
  return daysFromToday(due, new Date(now)) === 0 ? 'today' : 'later'
}

export const stateTone = { new: 'neutral', 'in-progress': 'info', waiting: 'neutral', closed: 'good', unspecified: 'neutral' } as const
