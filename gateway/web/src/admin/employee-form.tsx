import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconMailForward, IconTransfer } from '@tabler/icons-react'
import { Autocomplete, MultiSelect, Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { patch, post } from '../api/client.ts'
import { useDepartments, useGroupTitles } from '../api/directory.ts'
import { fieldError } from '../api/error-text.ts'
import { useCan, useFields, useMe } from '../api/me.ts'
import type { Employee } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { useFormKey } from '../lib/use-form-key.ts'
import { BranchSelect } from '../ui/branch-select.tsx'
import { DateField } from '../ui/date-field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Limited } from '../ui/limited.tsx'
import { OnwardButton } from '../ui/onward-button.tsx'
import { Substitutes } from './substitutes.tsx'
import { toast } from '../ui/toast.ts'
import { usePositions } from './positions.ts'

type Props = { record?: Employee; onClose: () => void; onHandOver?: () => void; /** Who has no password yet, or another is wanted. */ onInvite: (id: string) => void }
type Draft = { displayName: string; position: string; hiredDate: string; leftDate: string; email: string; branchId: string | undefined; departmentId: string | undefined; username: string; groups: string[]; disabled: boolean; substitutes: Employee['substitutes'] }

const bodyOf = (draft: Draft, isNew: boolean) => {
  const absent = isNew ? undefined : null
  return {
    displayName: draft.displayName.trim(), position: draft.position.trim(), email: draft.email.trim() || absent, branchId: draft.branchId,
    departmentId: draft.departmentId ?? absent, username: draft.username.trim().toLowerCase() || absent, groups: draft.groups, hiredDate: draft.hiredDate, leftDate: draft.leftDate, disabled: draft.disabled, substitutes: draft.substitutes,
  }
}

/** An employee, new or changed; without the right to change it only shows. */
export default function EmployeeForm({ record, onClose, onHandOver, onInvite }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const me = useMe()
  const fields = useFields('employees')
  const may = can('employees', record ? 'change' : 'create')
  const mayCare = can('employees', 'manage')
  const action = record ? 'change' : 'create'
  const client = useQueryClient()
  const key = useFormKey()
  const departments = useDepartments().data ?? []
  const { groups } = useGroupTitles()
  const positions = usePositions()
  const { value, base, change, clear, restored } = useDraft<Draft>(`employee.${record?.id ?? 'new'}`, {
    displayName: record?.displayName ?? '', position: record ? positions.of(record) : '', hiredDate: record?.hiredDate ?? '', leftDate: record?.leftDate ?? '', email: record?.email ?? '', branchId: record?.branchId, departmentId: record?.departmentId,
    username: record?.username ?? '', groups: record?.groups ?? [], disabled: record?.disabled ?? false, substitutes: record?.substitutes ?? [],
  }, record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const save = useMutation({
    mutationFn: (_then: (() => void) | undefined) => {
      const body = fields.only(bodyOf(value, !record), action)
      return record ? patch<Employee>(`employees/${record.id}`, body, base) : post<Employee>('employees', body, { key: key.of(body) })
    },
    onSuccess: (saved, then) => {
      client.setQueryData(['employees', saved.id], saved)
      void client.invalidateQueries({ queryKey: ['employees'] })
      // Nobody can sign in yet who was added just now: the link is the next step of whoever may give one.
      const invites = !record && mayCare && Boolean(saved.username) && !saved.disabled
      toast(t('employees.saved'), record || invites || saved.disabled ? saved.displayName : t(saved.username ? 'employees.needsPassword' : 'employees.needsLogin', { name: saved.displayName }))
      clear()
      if (invites) onInvite(saved.id)
      else (then ?? onClose)()
    },
  })
  const error = (field: string) => fieldError(save.error, field)
  const limited = (field: string, input: ReactNode) => <Limited section="employees" field={field} action={action}>{input}</Limited>
  const text = (field: 'displayName' | 'email' | 'username', required = false) => limited(field,
    <TextInput data-autofocus={field === 'displayName' || undefined} required={required} disabled={!may} label={t(`employees.${field}`)} value={value[field]} onChange={(event) => change({ [field]: event.currentTarget.value })} error={error(field)} />,
  )
  const known = [...new Set([...groups.map((group) => group.name), ...value.groups])]
  // Judged by what stands in the form: it is saved before the link is made.
  const cannotInvite = value.disabled ? 'invite.whyDisabled' : value.username.trim() ? undefined : 'invite.whyNoLogin'
  // Whether it is refused the service alone can tell: it knows what the groups give.
  const moves = record !== undefined && !can('rights', 'manage') && (value.branchId !== record.branchId || value.departmentId !== record.departmentId)
  const care = record && mayCare && record.id !== me.employee?.id ? (
    <>
      <OnwardButton icon={IconTransfer} to={() => onHandOver?.()}>{t('handover.open')}</OnwardButton>
      <OnwardButton icon={IconMailForward} disabled={cannotInvite !== undefined} aria-describedby={cannotInvite && 'cannot-invite'} to={() => onInvite(record.id)}>{t(record.signedIn ? 'invite.openAgain' : 'invite.open')}</OnwardButton>
    </>
  ) : null
  return (
    <FormDialog restored={restored} title={record ? record.displayName : t('employees.create')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={(then) => may && save.mutate(then)} busy={save.isPending} error={save.error} foot={care}>
      {text('displayName', true)}
      {limited('position', <Autocomplete disabled={!may} label={t('employees.position')} data={[...new Set(positions.positions.filter(({ archived }) => !archived).map(positions.nameOf))]} value={value.position} onChange={(position) => change({ position })} error={error('position')} maxLength={200} />)}
      <BranchSelect required label={t('parties.branch')} value={value.branchId} onChange={(branchId) => change({ branchId, departmentId: undefined })} error={error('branchId')} />
      {limited('departmentId', <Select
        label={t('employees.department')} disabled={!may} clearable value={value.departmentId ?? null} onChange={(next) => change({ departmentId: next ?? undefined })} error={error('departmentId')}
        data={departments.filter((one) => !value.branchId || one.branchId === value.branchId).map((one) => ({ value: one.id, label: one.name }))}
      />)}
      {moves ? <p className="w2 meta" role="status">{t('employees.moveHint')}</p> : null}
      {limited('hiredDate', <DateField label={t('employees.hiredDate')} value={value.hiredDate} onChange={(hiredDate) => change({ hiredDate })} error={error('hiredDate')} />)}
      {limited('leftDate', <DateField label={t('employees.leftDate')} value={value.leftDate} onChange={(leftDate) => change({ leftDate })} error={error('leftDate')} />)}
      {text('username')}
      {text('email')}
      <div className="w2">
        <MultiSelect label={t('employees.groups')} disabled={!may} data={known.map((name) => ({ value: name, label: groups.find((group) => group.name === name)?.title ?? name }))} value={value.groups} onChange={(next) => change({ groups: next })} error={error('groups')} />
      </div>
      {limited('substitutes', <div className="w2"><Substitutes of={record?.id} value={value.substitutes} may={may && can('rights', 'manage')} onChange={(substitutes) => change({ substitutes })} /></div>)}
      <label className="check-line w2">
        <input type="checkbox" disabled={!may} checked={value.disabled} onChange={(event) => change({ disabled: event.currentTarget.checked })} /> {t('employees.disable')}
      </label>
      {care && cannotInvite ? <p id="cannot-invite" className="w2 meta">{t(cannotInvite)}</p> : null}
    </FormDialog>
  )
}
