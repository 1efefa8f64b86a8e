import { useTranslation } from 'react-i18next'
import { Select, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { patch, post } from '../api/client.ts'
import { fieldError } from '../api/error-text.ts'
import { useCan } from '../api/me.ts'
import type { Branch, BranchRequisites } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { BranchSelect } from '../ui/branch-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { toast } from '../ui/toast.ts'
import { noRequisites, RequisitesInput, useInherited } from './branch-requisites.tsx'
import { readExceptions, readShifts, writeExceptions, writeShifts } from './calendar-text.ts'

type Props = { record?: Branch; onClose: () => void }
type Draft = { name: string; code: string; currency: string; numberingPrefix: string; requisites: BranchRequisites; parentId: string | undefined; own: boolean; timeZone: string; week: string[]; exceptions: string }

const OFFICE = '9:00–13:00, 14:00–18:00'
const here = new Intl.DateTimeFormat().resolvedOptions().timeZone
const zones = Intl.supportedValuesOf('timeZone')

const initialOf = (record: Branch | undefined, language: string): Draft => ({
  name: record?.name ?? '', code: record?.code ?? '', currency: record?.currency ?? '', numberingPrefix: record?.numberingPrefix ?? '', requisites: record?.requisites ?? noRequisites, parentId: record?.parentId, own: record?.calendar !== undefined, timeZone: record?.calendar?.timeZone ?? here,
  week: record?.calendar?.week.map(({ shifts }) => writeShifts(shifts)) ?? Array.from({ length: 7 }, (_none, at) => (at < 5 ? OFFICE : '')),
  exceptions: writeExceptions(record?.calendar?.exceptions ?? [], language),
})

/** A branch, new or changed, with its requisites and the calendar that deadlines go by. */
export default function BranchForm({ record, onClose }: Props) {
  const { t, i18n } = useTranslation()
  const client = useQueryClient()
  const key = useFormKey()
  const can = useCan()
  const [may, mayRule] = [can('employees', record ? 'change' : 'create'), can('rights', 'manage')]
  const { value, base, change, clear, restored } = useDraft<Draft>(`branch.${record?.id ?? 'new'}`, initialOf(record, i18n.language), record?.etag)
  const week = value.week.map(readShifts)
  const exceptions = readExceptions(value.exceptions)
  const isWrong = value.own && (week.includes(undefined) || exceptions === undefined)
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: () => {
      const calendar = value.own ? { timeZone: value.timeZone, week: week.map((shifts) => ({ shifts: shifts! })), exceptions: exceptions! } : undefined
      const body = { name: value.name.trim(), code: value.code.trim(), parentId: value.parentId, calendar, currency: value.currency, numberingPrefix: value.numberingPrefix.trim(), requisites: value.requisites }
      return record ? patch<Branch>(`branches/${record.id}?updateMask=name,code,parentId,calendar,requisites,currency,numberingPrefix`, body, base) : post<Branch>('branches', body, { key: key.of(body) })
    },
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ['branches'] })
      toast(t('branches.saved'), saved.name)
      leave()
    },
  })
  const error = (field: string) => fieldError(save.error, field)
  const from = useInherited(value.parentId === record?.parentId ? record?.inherited : undefined)
  return (
    <FormDialog restored={restored} title={record ? record.name : t('branches.create')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => (may ? !isWrong && save.mutate() : leave())} busy={save.isPending} error={save.error}>
      <TextInput data-autofocus required disabled={!may} label={t('branches.name')} value={value.name} onChange={(event) => change({ name: event.currentTarget.value })} error={error('name')} maxLength={200} />
      <TextInput disabled={!may} label={t('branches.code')} value={value.code} onChange={(event) => change({ code: event.currentTarget.value })} error={error('code')} maxLength={20} />
      <div className="w2"><BranchSelect label={t('branches.parent')} value={value.parentId} onChange={(parentId) => change({ parentId })} error={error('parentId')} />{record && value.parentId && value.parentId !== record.parentId && !mayRule ? <p className="meta" role="status">{t('branches.parentHint')}</p> : null}</div>
      <TextInput disabled={!may} label={t('branches.currency')} value={value.currency} onChange={(event) => change({ currency: event.currentTarget.value.toUpperCase() })} error={error('currency')} maxLength={3} {...from('currency', value.currency)} />
      <TextInput disabled={!may} label={t('branches.numberingPrefix')} value={value.numberingPrefix} onChange={(event) => change({ numberingPrefix: event.currentTarget.value.toUpperCase() })} error={error('numberingPrefix')} maxLength={10} {...from('numberingPrefix', value.numberingPrefix)} />
      <RequisitesInput value={value.requisites} may={may} onChange={(patch) => change({ requisites: { ...value.requisites, ...patch } })} error={error} from={from} />
      <label className="check-line w2"><input type="checkbox" disabled={!may} checked={value.own} onChange={(event) => change({ own: event.currentTarget.checked })} /> {t('branches.own')}</label>
      {value.own ? (
        <>
          <div className="w2"><Select required disabled={!may} label={t('branches.timeZone')} data={zones} value={value.timeZone} onChange={(timeZone) => change({ timeZone: timeZone ?? here })} searchable allowDeselect={false} error={error('calendar.timeZone')} /></div>
          {value.week.map((text, at) => (
            <TextInput
              key={at} disabled={!may} label={t(`branches.day.${at + 1}`)} value={text} placeholder={t('branches.free')} error={week[at] === undefined ? t('branches.wrongShifts') : error(`calendar.week[${at}].shifts`)}
              onChange={(event) => {
                const next = event.currentTarget.value
                change({ week: value.week.map((one, other) => (other === at ? next : one)) })
              }}
            />
          ))}
          <div className="w2">
            <Textarea
              disabled={!may} label={t('branches.exceptions')} description={t('branches.exceptionsHint')} autosize minRows={2} maxRows={8} value={value.exceptions} onChange={(event) => change({ exceptions: event.currentTarget.value })}
              error={exceptions === undefined ? t('branches.wrongExceptions') : error('calendar.exceptions')}
            />
          </div>
        </>
      ) : null}
    </FormDialog>
  )
}
