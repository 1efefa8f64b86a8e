import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconCalendarOff, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { call, newKey, patch } from '../api/client.ts'
import { useCanWith } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { Counterparty, Relation } from '../api/types.ts'
import { today, writeDay } from '../lib/day.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { PartError } from '../ui/part-error.tsx'
import { toast, toastError } from '../ui/toast.ts'
import { isOver, otherOf, useRelationKinds } from './kinds.ts'

const RelationForm = lazy(() => import('./relation-form.tsx'))

function useEnding() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const done = () => {
    for (const queryKey of [['relations'], ['counterparties']]) void client.invalidateQueries({ queryKey })
  }
  const end = useMutation({
    mutationFn: ({ id, etag }: Relation) => patch<Relation>(`relations/${id}?updateMask=endDate`, { endDate: today() }, etag),
    onSuccess: () => {
      done()
      toast(t('relations.ended'))
    },
    onError: (error) => toastError(t('relations.notEnded'), error),
  })
  const remove = useMutation({
    mutationFn: ({ id, etag }: Relation) => call('DELETE', `relations/${id}`, { key: newKey(), etag }),
    onSuccess: () => {
      done()
      toast(t('relations.removed'))
    },
    onError: (error) => toastError(t('relations.notRemoved'), error),
  })
  return { end, remove }
}

/** Relations of a counterparty with others that the reader may see: who it is to whom, and since when. */
export function RelationList({ party }: { party: Counterparty }) {
  const { t } = useTranslation()
  const mayChange = useCanWith('counterparties', party)('change')
  const [form, setForm] = useState<Relation | 'new'>()
  const [over, setOver] = useState(false)
  const { end, remove } = useEnding()
  const records = useRecords<Relation>('relations', 'relations', { counterpartyId: party.id })
  const now = today()
  const current = records.rows.filter((one) => !isOver(one, now))
  const past = records.rows.filter((one) => isOver(one, now))
  const actions = { onChange: setForm, onEnd: end.mutate, onRemove: remove.mutate }
  return (
    <div className="blk">
      <h2>
        <span className="grow">{t('relations.block')} <span className="count num">{current.length || ''}</span></span>
        {mayChange ? <IconButton size="sm" icon={IconPlus} label={t('relations.add')} onClick={() => setForm('new')} /> : null}
      </h2>
      {records.error ? <PartError error={records.error} what={t('relations.block')} onRetry={() => void records.refetch()} /> : null}
      {records.isPending ? <div aria-busy="true"><span className="bone b1" /></div> : null}
      {!records.isPending && current.length === 0 ? <p className="meta blk-none">{t('relations.none')}</p> : null}
      <ul>{current.map((one) => <Line key={one.id} relation={one} party={party} mayChange={mayChange} {...actions} />)}</ul>
      {records.hasNextPage ? <Button size="sm" tone="quiet" busy={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>{t('timeline.more')}</Button> : null}
      {past.length > 0 ? <Button size="sm" tone="quiet" aria-expanded={over} onClick={() => setOver(!over)}>{t('relations.past', { count: past.length })}</Button> : null}
      {over ? <ul>{past.map((one) => <Line key={one.id} relation={one} party={party} mayChange={mayChange} {...actions} />)}</ul> : null}
      <Suspense fallback={null}>
        {form ? <RelationForm party={{ id: party.id, name: party.displayName }} {...(form === 'new' ? {} : { relation: form })} onClose={() => setForm(undefined)} /> : null}
      </Suspense>
    </div>
  )
}

type LineProps = { relation: Relation; party: Counterparty; mayChange: boolean; onChange: (relation: Relation) => void; onEnd: (relation: Relation) => void; onRemove: (relation: Relation) => void }

function Line({ relation, party, mayChange, onChange, onEnd, onRemove }: LineProps) {
  const { t, i18n } = useTranslation()
  const { kinds, nameOf } = useRelationKinds()
  const other = otherOf(relation, party.id)
  const kind = kinds.find((one) => one.id === relation.kindId)
  const days = [
    relation.startDate && t('relations.since', { day: writeDay(relation.startDate, i18n.language) }),
    relation.endDate && t('relations.until', { day: writeDay(relation.endDate, i18n.language) }),
  ].filter(Boolean).join(' ')
  return (
    <li className="rel">
      <span className="soft rel-as">{kind ? nameOf(kind, other.end) : ''}</span>
      <span className="grow">
        <Link className="medium" to="/counterparties/$id" params={{ id: other.id }}>{other.name}</Link>
        {other.removed ? <span className="meta"> {t('relations.otherRemoved')}</span> : null}
        {days ? <span className="meta rel-days num">{days}</span> : null}
        {relation.note ? <span className="meta rel-note">{relation.note}</span> : null}
      </span>
      {mayChange ? (
        <span className="row">
          <IconButton size="sm" icon={IconPencil} label={t('relations.changeOf', { name: other.name })} onClick={() => onChange(relation)} />
          {relation.endDate === '' ? <IconButton size="sm" icon={IconCalendarOff} label={t('relations.endOf', { name: other.name })} onClick={() => onEnd(relation)} /> : (
            <IconButton size="sm" icon={IconTrash} label={t('relations.removeOf', { name: other.name })} onClick={() => onRemove(relation)} />
          )}
        </span>
      ) : null}
    </li>
  )
}
