import { useTranslation } from 'react-i18next'
import { Select, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { IconList } from '@tabler/icons-react'
import { ApiError } from '../api/client.ts'
import { useGroupTitles, useNames } from '../api/directory.ts'
import { fieldError } from '../api/error-text.ts'
import { filterOf } from '../api/filter.ts'
import { useCan } from '../api/me.ts'
import { DEFAULT_QUEUE } from '../api/queues.ts'
import { useRecords } from '../api/records.ts'
import type { Queue, Request } from '../api/types.ts'
import { number } from '../lib/format.ts'
import { useDraft } from '../lib/use-draft.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { StaleNote } from '../ui/stale-note.tsx'
import { toast } from '../ui/toast.ts'
import { useSpan } from './use-span.ts'
import { useSaveRecord } from './use-save-record.ts'

type Draft = { title: string; name: string; group: string; answerMinutes: number | string; callBackMinutes: number | string; archived: boolean }

const initialOf = (record: Queue | undefined): Draft => ({
  title: record?.title ?? '', name: record?.name ?? '', group: record?.group ?? '', answerMinutes: record?.answerMinutes ?? 240, callBackMinutes: record?.callBackMinutes ?? 30, archived: record?.archived ?? false,
})

/** A queue, new or changed: who serves it, and how fast an answer is due. */
export default function QueueForm({ record, onClose }: { record?: Queue; onClose: () => void }) {
  const { t } = useTranslation()
  const can = useCan()
  const may = can('queues', record ? 'change' : 'create')
  const span = useSpan()
  const { value, base, change, clear, begin, restored } = useDraft<Draft>(`queue.${record?.id ?? 'new'}`, initialOf(record), record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const { save, remove, busy, error, stale, fresh } = useSaveRecord<Queue>('queues', record && { id: record.id, etag: base! }, 'title,name,group,answerMinutes,callBackMinutes,archived', (saved) => {
    toast(t(saved ? 'queues.saved' : 'queues.removed'), value.title || value.name)
    leave()
  })
  // Its requests keep it: they cannot all be told to have come otherwise.
  const inUse = error instanceof ApiError && error.problem.reason === 'IN_USE'
  const submit = () => (may ? save({ title: value.title.trim(), name: value.name.trim(), group: value.group, answerMinutes: Number(value.answerMinutes) || 0, callBackMinutes: Number(value.callBackMinutes) || 0, archived: value.archived }) : leave())
  const isDefault = record?.name === DEFAULT_QUEUE
  const minutes = (field: 'answerMinutes' | 'callBackMinutes', label: string) => (
    <NumberField required min={1} max={100_000} readOnly={!may} suffix={` ${t('queues.minutes')}`} label={t(label)} description={span(Number(value[field]))} value={value[field]} onChange={(next) => change({ [field]: next })} error={fieldError(error, field)} />
  )
  return (
    <FormDialog
      restored={restored} title={record ? record.title || record.name : t('queues.create')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={submit} busy={busy} error={stale || inUse ? undefined : error}
      foot={record && !isDefault && can('queues', 'delete') ? <RemoveButton name={record.title || record.name} busy={busy} onRemove={() => remove()} /> : undefined}
    >
      <TextInput data-autofocus required readOnly={!may} label={t('queues.title')} description={t('queues.titleHint')} value={value.title} onChange={(event) => change({ title: event.currentTarget.value })} error={fieldError(error, 'title')} maxLength={100} />
      <TextInput required readOnly={!may || isDefault} label={t('queues.name')} description={t(isDefault ? 'queues.defaultName' : 'queues.nameHint')} value={value.name} onChange={(event) => change({ name: event.currentTarget.value })} error={fieldError(error, 'name')} maxLength={100} spellCheck={false} autoCapitalize="none" />
      <div className="w2"><GroupSelect value={value.group} onChange={(group) => change({ group })} may={may} error={fieldError(error, 'group')} /></div>
      {minutes('answerMinutes', 'queues.answer')}
      {minutes('callBackMinutes', 'queues.callBack')}
      <p className="meta w2">{t('queues.calendarHint')}{can('employees') ? <> <Link className="link in-text" to="/branches">{t('queues.calendars')}</Link></> : null}</p>
      <p className="meta w2"><b>{t('queues.order')}.</b> {t('queues.orderText')}</p>
      {record && !isDefault ? <label className="check-line w2"><input type="checkbox" disabled={!may} checked={value.archived} onChange={(event) => change({ archived: event.currentTarget.checked })} /> {t('queues.archived')}</label> : null}
      {record && value.archived && can('requests') ? <OpenInQueue name={record.name} /> : null}
      {inUse ? <p className="form-error w2" role="alert">{t('queues.inUse')}</p> : null}
      {stale ? <StaleNote onFresh={() => void fresh().then((found) => begin(initialOf(found), found.etag))} /> : null}
    </FormDialog>
  )
}

/** What is open in a queue that is archived, or will be: it stays where it is. */
function OpenInQueue({ name }: { name: string }) {
  const { t } = useTranslation()
  const { rows, hasNextPage } = useRecords<Request>('requests', 'requests', { filter: filterOf({ queue: name, 'state!': 'closed' }), pageSize: 250 })
  if (rows.length === 0) return null
  return (
    <>
      <p className="meta w2">{t('queues.open', { open: `${number(rows.length)}${hasNextPage ? '+' : ''}` })}</p>
      <p className="w2"><Link className="btn" to="/requests" search={{ filter: `queue = "${name}"` }}><Icon of={IconList} />{t('queues.openRequests')}</Link></p>
    </>
  )
}

/** Groups of employees with how many are at work, without the personal ones; one that the form may not know stays as it is. */
function GroupSelect({ value, onChange, may, error }: { value: string; onChange: (group: string) => void; may: boolean; error: string | undefined }) {
  const { t } = useTranslation()
  const { employees } = useNames()
  const { groups, title } = useGroupTitles()
  const count = (group: string) => employees.filter((one) => !one.disabled && one.groups.includes(group)).length
  const known = [...new Set([...groups.map(({ name }) => name), ...employees.flatMap((one) => one.groups), ...(value ? [value] : [])])].filter((name) => !employees.some(({ id }) => id === name))
  return (
    <Select
      label={t('queues.group')} description={t('queues.groupHint')} placeholder={t('queues.everybody')} readOnly={!may} searchable clearable={may} nothingFoundMessage={t('ui.nothingFound')}
      data={known.map((name) => ({ value: name, label: `${title(name)} · ${t('queues.members', { count: count(name) })}` }))} value={value || null} onChange={(next) => onChange(next ?? '')}
      error={error ?? (value && employees.length > 0 && count(value) === 0 ? t('queues.noMembers') : undefined)}
    />
  )
}
