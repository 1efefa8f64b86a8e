import { IconCalendarEvent, IconMail, IconNote, IconPhone, type TablerIcon } from '@tabler/icons-react'
import type { Interaction } from '../api/types.ts'

export const kindWords = ['call', 'meeting', 'letter', 'note'] as const
export const kindIcons: Record<Interaction['kind'], TablerIcon> = { call: IconPhone, meeting: IconCalendarEvent, letter: IconMail, note: IconNote, unspecified: IconNote }

/** Minutes before the start; an empty word means no reminder. */
export const reminderWords = ['', '0', '15', '60', '1440'] as const

export const isOverdue = ({ state, startTime }: Interaction) => state === 'planned' && isPast(startTime)

/** Midnight so many days from today: a question that stays the same for the whole day. */
export function midnight(days: number): string {
  const now = new Date()
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).toISOString()
}

export const isPast = (time: string | undefined) => time !== undefined && new Date(time) < new Date()
