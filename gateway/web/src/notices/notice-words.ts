import { IconBriefcase, IconCalendarEvent, IconDatabaseExport, IconFileImport, IconLock, IconMessage, IconTicket, type TablerIcon } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import type { Notification } from '../api/types.ts'
import { number } from '../lib/format.ts'

export const noticeIcons: Record<Notification['kind'], TablerIcon> = {
  message: IconMessage, 'request-assigned': IconTicket, 'opportunity-assigned': IconBriefcase, 'interaction-reminded': IconCalendarEvent, 'bulk-read': IconDatabaseExport, 'import-ended': IconFileImport, 'account-locked': IconLock, unspecified: IconMessage,
}

const pages: Record<string, '/requests' | '/opportunities' | '/interactions'> = { requests: '/requests', opportunities: '/opportunities', interactions: '/interactions' }

/** The page of the record that it is about. */
export const pageOf = ({ kind, section, recordId, importEnding }: Notification) => {
  if (kind === 'import-ended') return recordId ? { to: importEnding?.kind === 'opportunity' ? ('/opportunities' as const) : ('/counterparties' as const), search: { importId: recordId } } : undefined
  if (kind === 'bulk-read') return { to: '/sessions' as const, search: { view: 'reads' as const } }
  return recordId && pages[section] ? { to: pages[section], search: { open: recordId } } : undefined
}

/** Of an import: how it ended, with its figures. */
export function endingText({ importEnding }: Pick<Notification, 'importEnding'>, t: TFunction): string {
  if (!importEnding) return ''
  const { state, dryRun, created, updated, skipped, failed } = importEnding
  const figures = [[dryRun ? 'wouldCreate' : 'created', created], [dryRun ? 'wouldUpdate' : 'updated', updated], ['skipped', skipped], ['failed', failed]] as const
  const shown = figures.filter(([, count], at) => at < 2 || Number(count) > 0).map(([name, count]) => `${t(`imports.${name}`).toLowerCase()} ${number(count)}`)
  return [t(`imports.state.${state}`) + (dryRun ? ` (${t('imports.dryRunTag')})` : ''), ...shown].join(', ')
}
