import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Records } from '../api/records.ts'
import type { Request } from '../api/types.ts'
import type { Selection } from '../bulk/use-selection.ts'
import { useKeys } from '../lib/keys.ts'
import { useNow } from '../lib/use-now.ts'
import { RequestItem } from './request-item.tsx'
import { dueGroup, type DueGroup } from './words.ts'

type Props = { records: Records<Request>; openId: string | undefined; onOpen: (id: string) => void; selection?: Selection<Request> | undefined }

const groups: DueGroup[] = ['late', 'today', 'later', 'none', 'closed']

/** Calls for the next page when the end of the list comes into sight. */
function More({ records }: { records: Records<Request> }) {
  const end = useRef<HTMLDivElement>(null)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = records
  useEffect(() => {
    if (!end.current || !hasNextPage || isFetchingNextPage) return
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && void fetchNextPage(), { rootMargin: '400px' })
    watch.observe(end.current)
    return () => watch.disconnect()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  return <div ref={end} className="list-end" />
}

/** Requests by deadline: late ones, those of today, the rest. J and K walk, X ticks. */
export function RequestList({ records, openId, onOpen, selection }: Props) {
  const { t } = useTranslation()
  const now = useNow(30_000)
  const [before, setBefore] = useState(-1)
  const sorted = groups.map((group) => ({ group, items: records.rows.filter((row) => dueGroup(row, now) === group) })).filter(({ items }) => items.length > 0)
  const flat = sorted.flatMap(({ items }) => items)
  const at = flat.findIndex((row) => row.id === openId)
  const move = (step: number) => {
    const from = at >= 0 ? at : before
    const next = Math.min(Math.max(from + step, 0), flat.length - 1)
    const row = flat[next]
    setBefore(next)
    if (row) onOpen(row.id)
  }
  useKeys([
    { combo: 'j', label: 'keys.down', run: () => move(1) },
    { combo: 'k', label: 'keys.up', run: () => move(-1) },
    { combo: 'ArrowDown', run: () => move(1) },
    { combo: 'ArrowUp', run: () => move(-1) },
  ])
  const ticked = useRef(-1)
  /** With Shift from the one before up to here. */
  const tick = (index: number, on: boolean, toHere: boolean) => {
    const [from, to] = toHere && ticked.current >= 0 ? [Math.min(ticked.current, index), Math.max(ticked.current, index)] : [index, index]
    selection!.set(flat.slice(from, to + 1), on)
    ticked.current = index
  }
  const here = flat[at >= 0 ? at : before]
  useKeys([{ combo: 'x', label: 'keys.tick', run: () => (here ? selection!.toggle(here) : false) }], selection !== undefined)
  const list = useRef<HTMLDivElement>(null)
  // Braces: browsers of today answer a promise, and what an effect gives back is called when it ends.
  useEffect(() => {
    list.current?.querySelector('.rq.on')?.scrollIntoView({ block: 'nearest' })
  }, [openId])
  return (
    <div className={`rq-scroll scroll ${selection && selection.rows.length > 0 ? 'ticking' : ''}`} ref={list} tabIndex={-1}>
      {sorted.map(({ group, items }) => (
        <section key={group}>
          <h2 className={`rqg ${group === 'late' ? 'bad' : group === 'today' ? 'warn' : ''}`}>
            {t(`requests.group.${group}`)}
            <span className="count num">{items.length}</span>
          </h2>
          <ul>
            {items.map((request) => (
              <RequestItem
                key={request.id}
                request={request}
                open={request.id === openId}
                onOpen={() => onOpen(request.id)}
                tick={selection && { on: selection.has(request.id), onChange: (on, event) => tick(flat.indexOf(request), on, event.shiftKey) }}
              />
            ))}
          </ul>
        </section>
      ))}
      <More records={records} />
    </div>
  )
}
