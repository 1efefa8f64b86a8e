import { useTranslation } from 'react-i18next'
import { TextInput } from '@mantine/core'
import { fieldError } from '../api/error-text.ts'
import { useCan } from '../api/me.ts'
import type { Department } from '../api/types.ts'
import { useDraft } from '../lib/use-draft.ts'
import { BranchSelect } from '../ui/branch-select.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { toast } from '../ui/toast.ts'
import { useSaveRecord } from './use-save-record.ts'

type Draft = { name: string; branchId: string | undefined; headId: string | undefined }

/** A department, new or changed, with who leads it. */
export default function DepartmentForm({ record, onClose }: { record?: Department; onClose: () => void }) {
  const { t } = useTranslation()
  const can = useCan()
  const may = can('employees', record ? 'change' : 'create')
  const { value, base, change, clear, restored } = useDraft<Draft>(`department.${record?.id ?? 'new'}`, { name: record?.name ?? '', branchId: record?.branchId, headId: record?.headId }, record?.etag)
  const leave = () => {
    clear()
    onClose()
  }
  const { save, remove, busy, error } = useSaveRecord<Department>('departments', record && { id: record.id, etag: base! }, 'name,branchId,headId', (saved) => {
    toast(t(saved ? 'departments.saved' : 'departments.removed'), value.name)
    leave()
  })
  return (
    <FormDialog
      restored={restored}
      title={record ? record.name : t('departments.create')} submit={record ? t('ui.save') : t('ui.create')} onClose={leave} onSubmit={() => (may ? save({ ...value, name: value.name.trim() }) : leave())} busy={busy} error={error}
      foot={record && can('employees', 'delete') ? <RemoveButton name={record.name} busy={busy} onRemove={() => remove()} /> : undefined}
    >
      <TextInput data-autofocus required disabled={!may} label={t('departments.name')} value={value.name} onChange={(event) => change({ name: event.currentTarget.value })} error={fieldError(error, 'name')} maxLength={200} />
      <BranchSelect required label={t('parties.branch')} value={value.branchId} onChange={(branchId) => change({ branchId })} error={fieldError(error, 'branchId')} />
      <div className="w2"><EmployeeSelect label={t('departments.head')} value={value.headId} onChange={(headId) => change({ headId })} error={fieldError(error, 'headId')} /></div>
    </FormDialog>
  )
}
