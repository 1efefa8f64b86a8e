import { IconCalendarEvent, IconMail, IconNote, IconPhone, type TablerIcon } from '@tabler/icons-react'
import type { Interaction } from '../api/types.ts'

export const kindWords = ['call', 'meeting', 'letter', 'note'] as const
export const kindIcons: Record<Interaction['kind'], TablerIcon> = { call: IconPhone, meeting: IconCalendarEvent, letter: IconMail, note: IconNote, unspecified: IconNote }

/** Minutes before the start; an empty word means no reminder. */
export const reminderWords = ['', '0', '15', '60', '1440'] as const

export const isOverdue = ({ state, startTime }: Interaction) => state === 'planned' && isPast(startTime)

/** `2026-11-21` and `14:30` of this place, as the API takes a time. */
export const timeOf = (day: string, clock: string): string | undefined => {
  const moment = new Date(`${day}T${clock || '09:00'}`)
  return day === '' || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}

/** Midnight so many days from today: a question that stays the same for the whole day. */
export function midnight(days: number): string {
  const now = new Date()
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).toISOString()
}

export const isPast = (time: string | undefined) => time !== undefined && new Date(time) < new Date()

const pad = (value: number) => String(value).padStart(2, '0')

export function partsOf(time: string | undefined): { day: string; clock: string } {
  if (!time) return { day: '', clock: '' }
  const at = new Date(time)
  return { day: `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`, clock: `${pad(at.getHours())}:${pad(at.getMinutes())}` }
}
