import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { ApiError, get, newKey, post } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { fieldError } from '../api/error-text.ts'
import type { Share, Shares } from '../api/types.ts'
import { endOf } from '../lib/day.ts'
import { dateTime } from '../lib/format.ts'
import { Button } from './button.tsx'
import { DateField } from './date-field.tsx'
import { EmployeeSelect } from './employee-select.tsx'
import { FormDialog } from './form-dialog.tsx'
import { IconButton } from './icon-button.tsx'
import { PartError } from './part-error.tsx'
import { toast } from './toast.ts'
import './share-dialog.css'

type Props = { section: 'counterparties' | 'opportunities' | 'requests' | 'calls'; id: string; title: string; onClose: () => void }
type Given = Pick<Share, 'holder' | 'action' | 'untilTime'>

const actions = ['view', 'change'] as const

/** Who is let in to this one record beside what their rights reach. Others may share it at the same time: then the fresh list is shown. */
export default function ShareDialog({ section, id, title, onClose }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  const client = useQueryClient()
  const key = ['shares', section, id]
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => get<Shares>(`${section}/${id}/shares`, undefined, signal) })
  const [draft, setDraft] = useState<Given[]>()
  const [who, setWho] = useState<string>()
  const [action, setAction] = useState<string>('view')
  const [until, setUntil] = useState('')
  const shares: Given[] = draft ?? data?.shares ?? []
  // Who is chosen and not added yet comes along: who presses the main button means them too.
  const filled: Given[] = who ? [...shares.filter(({ holder }) => holder !== who), { holder: who, action: action as Given['action'], untilTime: endOf(until) } as Given] : shares
  const add = () => {
    setDraft(filled)
    setWho(undefined)
    setUntil('')
  }
  const save = useMutation({
    mutationFn: () => post<Shares>(`${section}/${id}:setShares`, { shares: filled.map(({ holder, action: may, untilTime }) => ({ holder, action: may, untilTime })) }, { key: newKey(), etag: data?.etag }),
    onSuccess: (fresh) => {
      client.setQueryData(key, fresh)
      toast(t('share.saved'), title)
      onClose()
    },
    onError: (failed) => {
      if (!(failed instanceof ApiError) || failed.problem.reason !== 'ETAG_MISMATCH') return
      setDraft(undefined)
      void refetch()
    },
  })
  const submit = () => {
    if (!draft && !who) onClose()
    // Without the list that there is, saving would end what others gave.
    else if (data) save.mutate()
  }
  return (
    <FormDialog title={t('share.title')} submit={t('ui.save')} size={520} onClose={onClose} onSubmit={submit} busy={save.isPending} error={save.error}>
      <p className="meta w2">{t('share.hint', { title })}</p>
      {error ? <div className="w2"><PartError error={error} what={t('share.title')} onRetry={() => void refetch()} /></div> : null}
      <ul className="shares w2" aria-label={t('share.who')} aria-busy={data === undefined && !error}>
        {shares.map((share, at) => (
          <li key={share.holder} className="row">
            <span className="grow cut">{names.person(share.holder) ?? share.holder}</span>
            <span className="meta nowrap">{t(`share.may.${share.action}`)}{share.untilTime ? `, ${t('rights.ground.until', { time: dateTime(share.untilTime) })}` : ''}</span>
            <IconButton icon={IconTrash} size="sm" label={t('share.remove', { name: names.person(share.holder) ?? share.holder })} onClick={() => setDraft(shares.filter((_share, index) => index !== at))} />
          </li>
        ))}
        {data && shares.length === 0 ? <li className="meta">{t('share.nobody')}</li> : null}
      </ul>
      <EmployeeSelect label={t('share.person')} value={who} onChange={setWho} error={fieldError(save.error, 'shares')} />
      <Select label={t('share.action')} data={actions.map((one) => ({ value: one, label: t(`share.may.${one}`) }))} value={action} onChange={(next) => setAction(next ?? 'view')} allowDeselect={false} />
      <DateField label={t('rights.until')} value={until} onChange={setUntil} />
      <div className="share-add"><Button icon={IconPlus} disabled={!who || data === undefined} onClick={add}>{t('share.add')}</Button></div>
    </FormDialog>
  )
}
