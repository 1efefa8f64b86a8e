import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TagsInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { IconTag, IconTagOff, IconTrash, IconUserCheck } from '@tabler/icons-react'
import { ApiError, call, get, patch, post } from '../api/client.ts'
import { useCan } from '../api/me.ts'
import type { Counterparty } from '../api/types.ts'
import { BulkBar, type BulkCommand } from '../bulk/bulk-bar.tsx'
import { BulkRun, type BulkJob } from '../bulk/bulk-run.tsx'
import { useAllRows } from '../bulk/use-all-rows.ts'
import type { Selection } from '../bulk/use-selection.ts'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

/** Below, the list would lie over the buttons of the dialog. */
const ABOVE = { position: 'top' as const, middlewares: { flip: false } }

const pathOf = ({ id }: Counterparty): string => `counterparties/${id}`
const save = (row: Counterparty, mask: string, body: Partial<Counterparty>, etag?: string): Promise<Counterparty> =>
  patch<Counterparty>(`${pathOf(row)}?updateMask=${mask}`, body, etag)

/** Others' tags stay: a record that moved on meanwhile is read again. */
async function retag(row: Counterparty, change: (tags: readonly string[]) => string[]): Promise<Counterparty> {
  try {
    return await save(row, 'tags', { tags: change(row.tags) }, row.etag)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 412) throw error
    const now = await get<Counterparty>(pathOf(row))
    return save(now, 'tags', { tags: change(now.tags) }, now.etag)
  }
}

type Asked = 'assign' | 'tag' | 'untag' | 'delete'
type Props = { selection: Selection<Counterparty>; filter: string; orderBy: string; more: boolean }

/** Assigning, tagging and removing of many counterparties. */
export function PartyBulk({ selection, filter, orderBy, more }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const client = useQueryClient()
  const [asked, setAsked] = useState<Asked>()
  const [job, setJob] = useState<BulkJob<Counterparty>>()
  const all = useAllRows<Counterparty>('counterparties', 'counterparties', { filter, orderBy }, (rows) => selection.set(rows, true))
  const begin = (work: Omit<BulkJob<Counterparty>, 'rows'>): void => {
    setJob({ ...work, rows: selection.rows })
    setAsked(undefined)
  }
  const commands: BulkCommand[] = [
    ...(can('counterparties', 'change')
      ? [
          { label: t('bulk.assign'), icon: IconUserCheck, combo: 'a', run: () => setAsked('assign') },
          { label: t('bulk.tag'), icon: IconTag, combo: 't', run: () => setAsked('tag') },
          { label: t('bulk.untag'), icon: IconTagOff, run: () => setAsked('untag') },
        ]
      : []),
    ...(can('counterparties', 'delete') ? [{ label: t('bulk.delete'), icon: IconTrash, bad: true, run: () => setAsked('delete') }] : []),
  ]
  return (
    <>
      <BulkBar count={selection.rows.length} onClear={selection.clear} commands={commands} onAll={more ? all.load : undefined} busy={all.busy} />
      {asked ? <Ask asked={asked} rows={selection.rows} onClose={() => setAsked(undefined)} onBegin={begin} /> : null}
      {job ? (
        <BulkRun
          job={job}
          nameOf={(row) => row.displayName}
          onDone={(done) => { selection.set(done, false); void client.invalidateQueries({ queryKey: ['counterparties'] }) }}
          onClose={() => setJob(undefined)}
        />
      ) : null}
    </>
  )
}

type AskProps = { asked: Asked; rows: readonly Counterparty[]; onClose: () => void; onBegin: (work: Omit<BulkJob<Counterparty>, 'rows'>) => void }

function Ask({ asked, rows, onClose, onBegin }: AskProps) {
  const { t } = useTranslation()
  const [employee, setEmployee] = useState<string>()
  const [tags, setTags] = useState<string[]>([])
  const title = t(`bulk.${asked}Title`, { count: rows.length })
  const jobs: Record<Asked, Omit<BulkJob<Counterparty>, 'rows' | 'title'>> = {
    assign: {
      act: (row) => save(row, 'responsibleId', { responsibleId: employee! }),
      undo: (before, after) => save(before, 'responsibleId', { responsibleId: before.responsibleId! }, after?.etag),
    },
    tag: { act: (row) => retag(row, (have) => [...new Set([...have, ...tags])]), undo: (before, after) => save(before, 'tags', { tags: before.tags }, after?.etag) },
    untag: { act: (row) => retag(row, (have) => have.filter((tag) => !tags.includes(tag))), undo: (before, after) => save(before, 'tags', { tags: before.tags }, after?.etag) },
    delete: { act: async (row) => call<undefined>('DELETE', pathOf(row), {}), undo: (row) => post<Counterparty>(`${pathOf(row)}:undelete`) },
  }
  const present = [...new Set(rows.flatMap((row) => row.tags))]
  const ready = asked === 'delete' || (asked === 'assign' ? employee !== undefined : tags.length > 0)
  return (
    <FormDialog title={title} submit={t(`bulk.${asked}`)} tone={asked === 'delete' ? 'bad' : 'primary'} size={480} busy={false} onClose={onClose} onSubmit={() => (ready ? onBegin({ title, ...jobs[asked] }) : undefined)}>
      <div className="w2">
        {asked === 'assign' ? <EmployeeSelect label={t('parties.responsible')} value={employee} onChange={setEmployee} required /> : null}
        {asked === 'tag' ? <TagsInput data-autofocus label={t('bulk.tags')} value={tags} onChange={(next) => setTags(next.map((tag) => tag.trim().toLocaleLowerCase('uk')).filter(Boolean))} data={present} maxTags={20} comboboxProps={ABOVE} /> : null}
        {asked === 'untag' ? <TagsInput data-autofocus label={t('bulk.tags')} value={tags} onChange={(next) => setTags(next.filter((tag) => present.includes(tag)))} data={present} comboboxProps={ABOVE} /> : null}
        {asked === 'delete' ? <p>{t('bulk.deleteText')}</p> : null}
      </div>
    </FormDialog>
  )
}
