import { IconBriefcase, IconCalendarEvent, IconDatabaseExport, IconMessage, IconTicket, type TablerIcon } from '@tabler/icons-react'
import type { Notification } from '../api/types.ts'

export const noticeIcons: Record<Notification['kind'], TablerIcon> = {
  message: IconMessage, 'request-assigned': IconTicket, 'opportunity-assigned': IconBriefcase, 'interaction-reminded': IconCalendarEvent, 'bulk-read': IconDatabaseExport, unspecified: IconMessage,
}

const pages: Record<string, '/requests' | '/opportunities' | '/interactions'> = { requests: '/requests', opportunities: '/opportunities', interactions: '/interactions' }

/** The page of the record that it is about. */
export const pageOf = ({ kind, section, recordId }: Notification) => {
  if (kind === 'bulk-read') return { to: '/sessions' as const, search: { view: 'reads' as const } }
  return recordId && pages[section] ? { to: pages[section], search: { open: recordId } } : undefined
}
