import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TagsInput } from '@mantine/core'
import { IconTag, IconTagOff, IconTrash, IconUserCheck } from '@tabler/icons-react'
import { call, patch, post } from '../api/client.ts'
import { useCan } from '../api/me.ts'
import type { Counterparty } from '../api/types.ts'
import { BulkActions, type AskProps, type BulkAction } from '../bulk/bulk-actions.tsx'
import { onNewest } from '../bulk/on-newest.ts'
import type { Selection } from '../bulk/use-selection.ts'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

/** Below, the list would lie over the buttons of the dialog. */
const ABOVE = { position: 'top' as const, middlewares: { flip: false } }

const pathOf = ({ id }: Counterparty): string => `counterparties/${id}`
const save = (row: Counterparty, mask: string, body: Partial<Counterparty>): Promise<Counterparty> =>
  patch<Counterparty>(`${pathOf(row)}?updateMask=${mask}`, body, row.etag)

/** Others' tags stay. */
const retag = (row: Counterparty, change: (tags: readonly string[]) => string[]) =>
  onNewest(pathOf(row), row, (now) => save(now, 'tags', { tags: change(now.tags) }))

type Props = { selection: Selection<Counterparty>; filter: string; orderBy: string; more: boolean }

/** Assigning, tagging and removing of many counterparties. */
export function PartyBulk({ selection, filter, orderBy, more }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const changing: BulkAction<Counterparty>[] = [
    { label: t('bulk.assign'), icon: IconUserCheck, combo: 'a', ask: (props) => <Assign {...props} /> },
    { label: t('bulk.tag'), icon: IconTag, combo: 't', ask: (props) => <Tag {...props} does="tag" /> },
    { label: t('bulk.untag'), icon: IconTagOff, ask: (props) => <Tag {...props} does="untag" /> },
  ]
  const removing: BulkAction<Counterparty> = { label: t('bulk.delete'), icon: IconTrash, bad: true, ask: (props) => <Remove {...props} /> }
  const actions = [...(can('counterparties', 'change') ? changing : []), ...(can('counterparties', 'delete') ? [removing] : [])]
  return <BulkActions path="counterparties" plural="counterparties" query={{ filter, orderBy }} more={more} selection={selection} nameOf={(row) => row.displayName} actions={actions} />
}

function Assign({ rows, onClose, onBegin }: AskProps<Counterparty>) {
  const { t } = useTranslation()
  const [employee, setEmployee] = useState<string>()
  const title = t('bulk.assignTitle', { count: rows.length })
  const begin = (responsibleId: string): void => onBegin({
    title,
    act: (row) => onNewest(pathOf(row), row, (now) => save(now, 'responsibleId', { responsibleId })),
    undo: ({ before, after }) => save(after, 'responsibleId', before.responsibleId === undefined ? {} : { responsibleId: before.responsibleId }),
  })
  return (
    <FormDialog title={title} submit={t('bulk.assign')} size={480} busy={false} onClose={onClose} onSubmit={() => (employee === undefined ? undefined : begin(employee))}>
      <div className="w2"><EmployeeSelect label={t('parties.responsible')} value={employee} onChange={setEmployee} required /></div>
    </FormDialog>
  )
}

function Tag({ rows, onClose, onBegin, does }: AskProps<Counterparty> & { does: 'tag' | 'untag' }) {
  const { t } = useTranslation()
  const [tags, setTags] = useState<string[]>([])
  const present = [...new Set(rows.flatMap((row) => row.tags))]
  const title = t(`bulk.${does}Title`, { count: rows.length })
  const given = (next: string[]): string[] =>
    does === 'untag' ? next.filter((tag) => present.includes(tag)) : next.map((tag) => tag.trim().toLocaleLowerCase('uk')).filter(Boolean)
  const change = (have: readonly string[]): string[] =>
    does === 'untag' ? have.filter((tag) => !tags.includes(tag)) : [...new Set([...have, ...tags])]
  // Only these tags go back to what they were: others may have come meanwhile.
  const back = (before: readonly string[]) => (have: readonly string[]): string[] =>
    does === 'untag' ? [...new Set([...have, ...before.filter((tag) => tags.includes(tag))])] : have.filter((tag) => before.includes(tag) || !tags.includes(tag))
  const begin = (): void => onBegin({ title, act: (row) => retag(row, change), undo: ({ before, after }) => retag(after, back(before.tags)) })
  return (
    <FormDialog title={title} submit={t(`bulk.${does}`)} size={480} busy={false} onClose={onClose} onSubmit={() => (tags.length === 0 ? undefined : begin())}>
      <div className="w2"><TagsInput data-autofocus label={t('bulk.tags')} value={tags} onChange={(next) => setTags(given(next))} data={present} maxTags={20} comboboxProps={ABOVE} /></div>
    </FormDialog>
  )
}

function Remove({ rows, onClose, onBegin }: AskProps<Counterparty>) {
  const { t } = useTranslation()
  const title = t('bulk.deleteTitle', { count: rows.length })
  const begin = (): void => onBegin({ title, act: async (row) => (await call<undefined>('DELETE', pathOf(row)), { before: row, after: row }), undo: ({ before }) => post<Counterparty>(`${pathOf(before)}:undelete`) })
  return (
    <FormDialog title={title} submit={t('bulk.delete')} tone="bad" size={480} busy={false} onClose={onClose} onSubmit={begin}>
      <p className="w2">{t('bulk.deleteText')}</p>
    </FormDialog>
  )
}
