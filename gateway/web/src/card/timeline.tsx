import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconDownload, IconFilter } from '@tabler/icons-react'
import { address, get } from '../api/client.ts'
import { useCan } from '../api/me.ts'
import type { CounterpartyCard, TimelineEntry } from '../api/types.ts'
import { dayTitle } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { DateField } from '../ui/date-field.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { Icon } from '../ui/icon.tsx'
import { PartError } from '../ui/part-error.tsx'
import { NoteComposer } from './note-composer.tsx'
import { TimelineItem } from './timeline-item.tsx'

type Page = { entries: TimelineEntry[]; nextPageToken: string }
const filters = ['', 'interactions', 'calls', 'requests', 'opportunities', 'relations', 'counterparties'] as const

/** The filter of notes and changes takes those of the contact persons along. */
const sectionsOf = (section: string) => (section === '' ? undefined : section === 'counterparties' ? ['counterparties', 'contact-persons'] : [section])

type Narrow = { from: string; to: string; author: string | undefined }
const wide: Narrow = { from: '', to: '', author: undefined }

/** The question as the API takes it; the last day is taken in whole. */
function questionOf(section: string, { from, to, author }: Narrow) {
  const after = (day: string, days: number) => {
    const midnight = new Date(`${day}T00:00`)
    midnight.setDate(midnight.getDate() + days)
    return midnight.toISOString()
  }
  return { sections: sectionsOf(section), fromTime: from ? after(from, 0) : undefined, toTime: to ? after(to, 1) : undefined, actorIds: author ? [author] : undefined }
}

/** The first page came with the card; a filter or the way down asks for more. */
function useTimeline(card: CounterpartyCard, section: string, narrow: Narrow) {
  const id = card.counterparty!.id
  const whole = section === '' && narrow.from === '' && narrow.to === '' && narrow.author === undefined
  const question = questionOf(section, narrow)
  const first = whole ? card.timelineNextPageToken : ''
  const pages = useInfiniteQuery<Page, Error, { pages: Page[] }, unknown[], string>({
    queryKey: ['counterparties', id, 'timeline', question, first],
    initialPageParam: first,
    queryFn: ({ pageParam, signal }) =>
      get<Page>(`counterparties/${id}/timeline`, { pageSize: 30, pageToken: pageParam, ...question }, signal),
    getNextPageParam: (last) => last.nextPageToken || undefined,
    enabled: !whole,
  })
  const more = (pages.data?.pages ?? []).flatMap((page) => page.entries)
  const entries = whole ? [...card.timeline, ...more] : more
  const asked = pages.data !== undefined
  const hasMore = asked ? pages.hasNextPage : whole && first !== ''
  return { entries, hasMore, error: pages.error, busy: pages.isFetching, waiting: !whole && pages.isPending, next: () => void (asked ? pages.fetchNextPage() : pages.refetch()) }
}

function byDay(entries: TimelineEntry[]): [string, TimelineEntry[]][] {
  const days = new Map<string, TimelineEntry[]>()
  for (const entry of entries) {
    const title = entry.time ? dayTitle(entry.time) : ''
    days.set(title, [...(days.get(title) ?? []), entry])
  }
  return [...days]
}

type NarrowProps = { id: string; section: string; narrow: Narrow; onChange: (patch: Partial<Narrow>) => void }

/** Period and author of what is shown, and the same as a file. */
function TimelineNarrow({ id, section, narrow, onChange }: NarrowProps) {
  const { t } = useTranslation()
  const can = useCan()
  const [open, setOpen] = useState(false)
  const mayExport = can('counterparties', 'export')
  return (
    <>
      <div className="tlf">
        <Button tone="quiet" size="sm" icon={IconFilter} aria-expanded={open} onClick={() => setOpen(!open)}>{t('timeline.narrow')}</Button>
        {mayExport ? <a className="btn btn-quiet btn-sm" href={address(`counterparties/${id}:timelineFile`, questionOf(section, narrow))} download><Icon of={IconDownload} size={14} />{t('timeline.export')}</a> : null}
      </div>
      {open ? (
        <div className="tl-narrow">
          <DateField label={t('timeline.from')} value={narrow.from} onChange={(from) => onChange({ from })} />
          <DateField label={t('timeline.to')} value={narrow.to} onChange={(to) => onChange({ to })} />
          <EmployeeSelect label={t('timeline.author')} value={narrow.author} onChange={(author) => onChange({ author })} />
        </div>
      ) : null}
    </>
  )
}

/** The history of relations, newest first, by days. */
export function Timeline({ card }: { card: CounterpartyCard }) {
  const { t } = useTranslation()
  const can = useCan()
  const [section, setSection] = useState<string>('')
  const [narrow, setNarrow] = useState(wide)
  const { entries, hasMore, error, busy, waiting, next } = useTimeline(card, section, narrow)
  return (
    <>
      <NoteComposer partyId={card.counterparty!.id} />
      <div className="tlf" role="group" aria-label={t('timeline.filters')}>
        {filters.filter((one) => one === '' || can(one === 'relations' ? 'counterparties' : one)).map((one) => (
          <button key={one} type="button" className={one === section ? 'on' : ''} aria-pressed={one === section} onClick={() => setSection(one)}>
            {t(`timeline.filter.${one || 'all'}`)}
          </button>
        ))}
      </div>
      <TimelineNarrow id={card.counterparty!.id} section={section} narrow={narrow} onChange={(patch) => setNarrow({ ...narrow, ...patch })} />
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
