import type { TFunction } from 'i18next'
import type { TimelineEntry } from '../api/types.ts'
import { when } from '../lib/format.ts'

/** A request of a call that nobody has given a subject, by its time. */
export function untitled(id: string, timeline: readonly TimelineEntry[], t: TFunction): string {
  const came = timeline.find((entry) => entry.kind === 'request-registered' && entry.recordId === id)
  return came ? t(came.data['missedCall'] ? 'requests.missedCallOf' : 'requests.callOf', { who: when(came.time) }) : t('requests.noSubject')
}
