import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select, Textarea } from '@mantine/core'
import { IconArrowsMove, IconCheck, IconUserCheck } from '@tabler/icons-react'
import { newKey, patch, post } from '../api/client.ts'
import { useCan, useFields } from '../api/me.ts'
import { useQueues } from '../api/queues.ts'
import type { Request } from '../api/types.ts'
import { BulkActions, type AskProps, type BulkAction } from '../bulk/bulk-actions.tsx'
import { onNewest } from '../bulk/on-newest.ts'
import type { Selection } from '../bulk/use-selection.ts'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { subjectOf } from './words.ts'

type Props = { selection: Selection<Request>; filter: string; orderBy: string; more: boolean }

const pathOf = ({ id }: Request): string => `requests/${id}`

/** What a colleague has taken, handed over or closed since it was ticked is theirs. */
const changed = (row: Request, change: (now: Request) => Promise<Request>) => onNewest(pathOf(row), row, change, ({ state, ownerId = '' }) => `${state} ${ownerId}`)

/** Gives them to somebody, who is told once of all. */
function handing(ownerId: string) {
  const batchId = newKey()
  return (row: Request) => post<Request>(`${pathOf(row)}:assign`, { ownerId, batchId }, { etag: row.etag })
}

/** Handing over, moving to another queue and closing of many requests. */
export function RequestBulk({ selection, filter, orderBy, more }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const { writable } = useFields('requests')
  const every: (BulkAction<Request> & { field: string })[] = [
    { field: 'ownerId', label: t('requests.assign'), icon: IconUserCheck, combo: 't', ask: (props) => <Assign {...props} /> },
    { field: 'queue', label: t('requests.toQueue'), icon: IconArrowsMove, combo: 'm', ask: (props) => <ToQueue {...props} /> },
    { field: 'resolution', label: t('requests.close'), icon: IconCheck, combo: 'e', ask: (props) => <Close {...props} /> },
  ]
  const actions = can('requests', 'change') ? every.filter(({ field }) => writable(field, 'change')) : []
  return <BulkActions path="requests" plural="requests" query={{ filter, orderBy }} more={more} selection={selection} nameOf={(row) => `${row.number} ${subjectOf(row, t)}`} actions={actions} />
}

function Assign({ rows, onClose, onBegin }: AskProps<Request>) {
  const { t } = useTranslation()
  const [owner, setOwner] = useState<string>()
  const title = t('bulk.requestsAssign', { count: rows.length })
  const begin = (ownerId: string): void => {
    const hand = handing(ownerId)
    onBegin({ title, act: (row) => changed(row, hand) })
  }
  return (
    <FormDialog title={title} submit={t('requests.assign')} size={480} busy={false} onClose={onClose} onSubmit={() => (owner === undefined ? undefined : begin(owner))}>
      <div className="w2"><EmployeeSelect label={t('requests.newOwner')} value={owner} onChange={setOwner} required /></div>
    </FormDialog>
  )
}

/** By itself another queue changes nobody's work: who shall go on is said here too. */
function ToQueue({ rows, onClose, onBegin }: AskProps<Request>) {
  const { t } = useTranslation()
  const { writable } = useFields('requests')
  const queues = useQueues().filter(({ archived }) => !archived)
  const [queue, setQueue] = useState<string | null>(null)
  const [owner, setOwner] = useState<string>()
  const title = t('bulk.requestsMove', { count: rows.length })
  const begin = (name: string): void => {
    const hand = owner === undefined ? undefined : handing(owner)
    const move = async (row: Request): Promise<Request> => {
      const moved = await patch<Request>(`${pathOf(row)}?updateMask=queue`, { queue: name }, row.etag)
      return hand === undefined ? moved : hand(moved)
    }
    onBegin({ title, act: (row) => changed(row, move) })
  }
  return (
    <FormDialog title={title} submit={t('requests.toQueue')} size={480} busy={false} onClose={onClose} onSubmit={() => (queue === null ? undefined : begin(queue))}>
      <div className="w2"><Select label={t('requests.queue')} data={queues.map(({ name, title: label }) => ({ value: name, label }))} value={queue} onChange={setQueue} required data-autofocus searchable comboboxProps={{ withinPortal: true }} /></div>
      {writable('ownerId', 'change') ? <div className="w2"><EmployeeSelect label={t('requests.newOwner')} placeholder={t('requests.sameOwner')} value={owner} onChange={setOwner} /></div> : null}
    </FormDialog>
  )
}

function Close({ rows, onClose, onBegin }: AskProps<Request>) {
  const { t } = useTranslation()
  const [resolution, setResolution] = useState('')
  const title = t('bulk.requestsClose', { count: rows.length })
  const close = (row: Request) => post<Request>(`${pathOf(row)}:close`, { resolution: resolution.trim() }, { etag: row.etag })
  return (
    <FormDialog title={title} submit={t('requests.close')} size={520} busy={false} onClose={onClose} onSubmit={() => onBegin({ title, act: (row) => changed(row, close) })}>
      <div className="w2"><Textarea data-autofocus label={t('requests.whatCame')} autosize minRows={3} maxLength={4000} value={resolution} onChange={(event) => setResolution(event.currentTarget.value)} /></div>
    </FormDialog>
  )
}
