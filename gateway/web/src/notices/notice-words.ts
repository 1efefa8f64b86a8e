import { IconBriefcase, IconCalendarEvent, IconDatabaseExport, IconFileImport, IconKey, IconLock, IconMessage, IconShare, IconTicket, IconUserShare, type TablerIcon } from '@tabler/icons-react'
import type { LinkProps } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import type { Notification } from '../api/types.ts'
import { number } from '../lib/format.ts'

export const noticeIcons: Record<Notification['kind'], TablerIcon> = {
  message: IconMessage, 'request-assigned': IconTicket, 'opportunity-assigned': IconBriefcase, 'interaction-reminded': IconCalendarEvent, 'bulk-read': IconDatabaseExport, 'import-ended': IconFileImport, 'account-locked': IconLock, 'password-changed': IconKey, 'record-shared': IconShare, 'handover-received': IconUserShare, unspecified: IconMessage,
}

const pages: Record<string, '/requests' | '/opportunities' | '/interactions' | '/calls'> = { requests: '/requests', opportunities: '/opportunities', interactions: '/interactions', calls: '/calls' }

/** The page of the record that it is about. */
export const pageOf = ({ kind, section, recordId, importEnding }: Notification) => {
  if (kind === 'import-ended') return recordId ? { to: importEnding?.kind === 'opportunity' ? ('/opportunities' as const) : ('/counterparties' as const), search: { importId: recordId } } : undefined
  if (kind === 'bulk-read') return { to: '/sessions' as const, search: { view: 'reads' as const } }
  if (recordId && section === 'counterparties') return { to: '/counterparties/$id' as const, params: { id: recordId } }
  return recordId && pages[section] ? { to: pages[section], search: { open: recordId } } : undefined
}

/** One's own of each kind, among which is what a hand-over brought; the rest has no list. */
export const gainPages: Record<string, LinkProps> = {
  counterparties: { to: '/counterparties', search: { view: 'mine' } }, interactions: { to: '/interactions', search: { view: 'upcoming' } }, opportunities: { to: '/opportunities', search: { view: 'mine' } }, requests: { to: '/requests', search: { view: 'mine' } },
}

/** Fields that records are named by, where a notification does not say it itself. */
export const nameFields: Record<string, string> = { counterparties: 'displayName', opportunities: 'title', requests: 'subject', calls: 'customerNumber' }

/** What it is about; of a request of a call that nobody has given a subject, whose call it was. Empty where the record is out of reach by now. */
export function titleOf({ title, number: numbered, missedCall, counterpartyName }: Pick<Notification, 'title' | 'number' | 'missedCall' | 'counterpartyName'>, t: TFunction): string {
  if (title || !(missedCall || counterpartyName)) return title || numbered
  return t(missedCall ? 'requests.missedCallOf' : 'requests.callOf', { who: counterpartyName || numbered })
}

export const kindText = ({ kind }: Notification['gains'][number], t: TFunction): string => t(`handover.kind.${kind}`, { defaultValue: kind })

/** What of a kind a hand-over brought: `Відкриті угоди: 12`. */
export const gainText = (gain: Notification['gains'][number], t: TFunction): string => `${kindText(gain, t)}: ${number(gain.count)}`

/** Of an import: how it ended, with its figures. */
export function endingText({ importEnding }: Pick<Notification, 'importEnding'>, t: TFunction): string {
  if (!importEnding) return ''
  const { state, dryRun, created, updated, skipped, failed } = importEnding
  const figures = [[dryRun ? 'wouldCreate' : 'created', created], [dryRun ? 'wouldUpdate' : 'updated', updated], ['skipped', skipped], ['failed', failed]] as const
  const shown = figures.filter(([, count], at) => at < 2 || Number(count) > 0).map(([name, count]) => `${t(`imports.${name}`).toLowerCase()} ${number(count)}`)
  return [t(`imports.state.${state}`) + (dryRun ? ` (${t('imports.dryRunTag')})` : ''), ...shown].join(', ')
}
