import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { IconCopy, IconSearch } from '@tabler/icons-react'
import { get, post } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { Counterparty } from '../api/types.ts'
import { dateTime, number } from '../lib/format.ts'
import { mainChannel, phoneText } from '../parties/party.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { toast } from '../ui/toast.ts'
import { ViewBar } from '../ui/view-bar.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { MergeDialog } from './merge-dialog.tsx'
import { Reasons } from './reasons.tsx'
import type { DuplicatePair, DuplicateSearch } from '../api/types.ts'

function Side({ party }: { party: Counterparty }) {
  const phone = mainChannel(party, 'phone')
  return (
    <span className="dup-side">
      <Link to="/counterparties/$id" params={{ id: party.id }} className="link medium cut" title={party.displayName}>{party.displayName}</Link>
      <span className="meta cut">{[party.taxCode, phone ? phoneText(phone) : '', party.addresses[0]?.city].filter(Boolean).join(' · ')}</span>
    </span>
  )
}

function Progress({ search, onStop }: { search: DuplicateSearch; onStop: () => void }) {
  const { t } = useTranslation()
  const share = Number(search.records) > 0 ? Number(search.compared) / Number(search.records) : 0
  return (
    <div className="dup-progress" role="status">
      <span className="grow">{t('duplicates.progress', { done: number(Number(search.compared)), all: number(Number(search.records)), pairs: number(Number(search.pairs)) })}</span>
      <progress aria-label={t('duplicates.progressLabel')} max={1} value={share} />
      <Button onClick={onStop}>{t('imports.stop')}</Button>
    </div>
  )
}

/** Why there is nothing to show: it was never searched, the search found nothing, or everything it found was decided. */
function NoPairs({ state, latest, known }: { state: string; latest: DuplicateSearch | undefined; known: boolean }) {
  const { t } = useTranslation()
  if (state === 'dismissed') return <Empty icon={IconCopy} title={t('duplicates.dismissedNone')} />
  if (!known) return <Empty icon={IconCopy} title={t('duplicates.empty')} />
  if (!latest) return <Empty icon={IconCopy} title={t('duplicates.never')} text={t('duplicates.emptyHint')} />
  if (latest.state === 'running') return null
  if (latest.state === 'done' && Number(latest.pairs) === 0) return <Empty icon={IconCopy} title={t('duplicates.foundNone', { time: dateTime(latest.createTime!) })} text={t('duplicates.foundNoneHint')} />
  return <Empty icon={IconCopy} title={t(latest.state === 'done' ? 'duplicates.empty' : 'duplicates.unfinished', { time: dateTime(latest.createTime!) })} text={t(latest.state === 'done' ? 'duplicates.emptyReviewed' : 'duplicates.emptyHint')} />
}

/** Pairs that are perhaps one, the likeliest first: merge them, or say that they are two. */
export default function DuplicatesPage() {
  const { t } = useTranslation()
  const can = useCan()
  const client = useQueryClient()
  const [state, setState] = useState('open')
  const [merging, setMerging] = useState<[string, string]>()
  const pairs = useRecords<DuplicatePair>('duplicate-pairs', 'duplicatePairs', { state } as object)
  const searches = useQuery({
    queryKey: ['duplicate-searches'],
    queryFn: ({ signal }) => get<{ duplicateSearches: DuplicateSearch[] }>('duplicate-searches', { pageSize: 1 }, signal),
    enabled: can('counterparties', 'change'),
    refetchInterval: ({ state: { data } }) => (data?.duplicateSearches[0]?.state === 'running' ? 1_000 : false),
  })
  const latest = searches.data?.duplicateSearches[0]
  const running = latest?.state === 'running' ? latest : undefined
  const refresh = () => { for (const key of ['duplicate-searches', 'duplicate-pairs']) void client.invalidateQueries({ queryKey: [key] }) }
  const progress = latest && `${latest.id} ${latest.state} ${latest.pairs}`
  // What a search finds shows while it runs and when it ends, without a press of a button.
  useEffect(() => {
    if (progress !== undefined) void client.invalidateQueries({ queryKey: ['duplicate-pairs'] })
  }, [client, progress])
  const start = useMutation({ mutationFn: () => post<DuplicateSearch>('duplicate-searches'), onSuccess: refresh })
  const stop = useMutation({ mutationFn: (id: string) => post(`duplicate-searches/${id}:cancel`), onSuccess: refresh })
  const decide = useMutation({
    mutationFn: ({ pair, verb }: { pair: DuplicatePair; verb: 'dismiss' | 'reopen' }) => post(`duplicate-pairs/${pair.id}:${verb}`),
    onSuccess: (_saved, { pair, verb }) => {
      refresh()
      toast(t(verb === 'dismiss' ? 'duplicates.dismissed' : 'duplicates.reopened'), `${pair.first?.displayName} — ${pair.second?.displayName}`)
    },
  })
  const error = pairs.error ?? start.error ?? decide.error
  const mayMerge = can('counterparties', 'delete') && can('counterparties', 'change')
  return (
    <>
      <ViewBar title={t('duplicates.title')} range={t(pairs.hasNextPage ? 'ui.loadedMore' : 'ui.loaded', { shown: number(pairs.rows.length), count: pairs.rows.length })}>
        {can('counterparties', 'change') ? <Button tone="primary" icon={IconSearch} busy={start.isPending} disabled={running !== undefined} onClick={() => start.mutate()}>{t('duplicates.search')}</Button> : null}
      </ViewBar>
      <ViewTabs label={t('ui.views')} tabs={['open', 'dismissed'].map((value) => ({ value, label: t(`duplicates.state.${value}`) }))} value={state} onChange={setState} />
      {running ? <Progress search={running} onStop={() => stop.mutate(running.id)} /> : null}
      {error ? <p className="form-error" role="alert">{errorText(error)}</p> : null}
      <div className="dup-list scroll">
        {pairs.rows.map((pair) => (
          <article key={pair.id} className="dup-pair" aria-label={`${pair.first?.displayName} — ${pair.second?.displayName}`}>
            {pair.first ? <Side party={pair.first} /> : null}
            {pair.second ? <Side party={pair.second} /> : null}
            <Reasons probability={pair.probability} reasons={pair.reasons} of={pair.first} />
            <span className="row dup-acts">
              {state === 'open' && mayMerge && pair.first && pair.second ? <Button onClick={() => setMerging([pair.first!.id, pair.second!.id])}>{t('duplicates.mergeMore')}</Button> : null}
              {can('counterparties', 'change') ? <Button onClick={() => decide.mutate({ pair, verb: state === 'open' ? 'dismiss' : 'reopen' })}>{t(state === 'open' ? 'duplicates.dismiss' : 'duplicates.reopen')}</Button> : null}
            </span>
          </article>
        ))}
        {pairs.rows.length === 0 && !pairs.isPending && !searches.isLoading ? <NoPairs state={state} latest={latest} known={searches.isSuccess} /> : null}
        {pairs.hasNextPage ? <Button size="lg" busy={pairs.isFetchingNextPage} onClick={() => void pairs.fetchNextPage()}>{t('duplicates.more')}</Button> : null}
      </div>
      {merging ? <MergeDialog ids={merging} onClose={() => setMerging(undefined)} /> : null}
    </>
  )
}
