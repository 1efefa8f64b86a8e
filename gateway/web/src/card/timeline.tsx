import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useInfiniteQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { useCan } from '../api/me.ts'
import type { CounterpartyCard, TimelineEntry } from '../api/types.ts'
import { dayTitle } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { PartError } from '../ui/part-error.tsx'
import { NoteComposer } from './note-composer.tsx'
import { TimelineItem } from './timeline-item.tsx'

type Page = { entries: TimelineEntry[]; nextPageToken: string }
const filters = ['', 'interactions', 'calls', 'requests', 'opportunities', 'counterparties'] as const

/** The filter of notes and changes takes those of the contact persons along. */
const sectionsOf = (section: string) => (section === '' ? undefined : section === 'counterparties' ? ['counterparties', 'contact-persons'] : [section])

/** The first page came with the card; a filter or the way down asks for more. */
function useTimeline(card: CounterpartyCard, section: string) {
  const id = card.counterparty!.id
  const first = section === '' ? card.timelineNextPageToken : ''
  const pages = useInfiniteQuery<Page, Error, { pages: Page[] }, unknown[], string>({
    queryKey: ['counterparties', id, 'timeline', section, first],
    initialPageParam: first,
    queryFn: ({ pageParam, signal }) =>
      get<Page>(`counterparties/${id}/timeline`, { pageSize: 30, pageToken: pageParam, sections: sectionsOf(section) }, signal),
    getNextPageParam: (last) => last.nextPageToken || undefined,
    enabled: section !== '',
  })
  const more = (pages.data?.pages ?? []).flatMap((page) => page.entries)
  const entries = section === '' ? [...card.timeline, ...more] : more
  const asked = pages.data !== undefined
  const hasMore = asked ? pages.hasNextPage : section === '' && first !== ''
  return { entries, hasMore, error: pages.error, busy: pages.isFetching, waiting: section !== '' && pages.isPending, next: () => void (asked ? pages.fetchNextPage() : pages.refetch()) }
}

function byDay(entries: TimelineEntry[]): [string, TimelineEntry[]][] {
  const days = new Map<string, TimelineEntry[]>()
  for (const entry of entries) {
    const title = entry.time ? dayTitle(entry.time) : ''
    days.set(title, [...(days.get(title) ?? []), entry])
  }
  return [...days]
}

/** The history of relations, newest first, by days. */
export function Timeline({ card }: { card: CounterpartyCard }) {
  const { t } = useTranslation()
  const can = useCan()
  const [section, setSection] = useState<string>('')
  const { entries, hasMore, error, busy, waiting, next } = useTimeline(card, section)
  return (
    <>
      <NoteComposer partyId={card.counterparty!.id} />
      <div className="tlf" role="group" aria-label={t('timeline.filters')}>
        {filters.filter((one) => one === '' || can(one)).map((one) => (
          <button key={one} type="button" className={one === section ? 'on' : ''} aria-pressed={one === section} onClick={() => setSection(one)}>
            {t(`timeline.filter.${one || 'all'}`)}
          </button>
        ))}
      </div>
      {error ? <div className="pad"><PartError error={error} what={t('timeline.label')} onRetry={next} /></div> : null}
      {byDay(entries).map(([day, inDay]) => (
        <section key={day} aria-label={day}>
          <h3 className="day">{day}</h3>
          <ul>
            {inDay.map((entry) => <TimelineItem key={entry.id} entry={entry} />)}
          </ul>
        </section>
      ))}
      {entries.length === 0 && !waiting && !error ? <p className="meta pad">{t('timeline.empty')}</p> : null}
      {hasMore ? <div className="pad"><Button size="sm" busy={busy} onClick={next}>{t('timeline.more')}</Button></div> : null}
    </>
  )
}
