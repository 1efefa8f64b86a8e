import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { useGroupTitles, useNames } from '../api/directory.ts'
import { BranchSelect } from '../ui/branch-select.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import './notices.css'

export type AudienceKind = 'employee' | 'group' | 'branch' | 'everybody'
export type Audience = { kind: AudienceKind; value: string | undefined }

type Props = { label: string; kinds: AudienceKind[]; value: Audience; onChange: (audience: Audience) => void; error?: string | undefined }

/** One person, a group, a branch with those below it, or everybody. */
export function AudienceInput({ label, kinds, value, onChange, error }: Props) {
  const { t } = useTranslation()
  const { title } = useGroupTitles()
  const { employees } = useNames()
  // Whoever may not see the groups still sees which ones their colleagues are in.
  const groups = [...new Set(employees.flatMap((one) => one.groups))].map((name) => ({ value: name, label: title(name) })).sort((a, b) => a.label.localeCompare(b.label))
  const choose = (next: string | undefined) => onChange({ ...value, value: next })
  const rest = { required: true, error, value: value.value }
  return (
    <div className="audience">
      {kinds.length > 1 ? (
        <Select label={label} data={kinds.map((kind) => ({ value: kind, label: t(`notices.to.${kind}`) }))} value={value.kind} onChange={(kind) => onChange({ kind: (kind ?? value.kind) as AudienceKind, value: undefined })} allowDeselect={false} />
      ) : null}
      {value.kind === 'employee' ? <EmployeeSelect label={t('notices.to.employee')} {...rest} onChange={choose} /> : null}
      {value.kind === 'branch' ? <BranchSelect label={t('notices.to.branch')} {...rest} onChange={choose} /> : null}
      {value.kind === 'group' ? (
        <Select label={t('notices.to.group')} data={groups} {...rest} value={value.value ?? null} onChange={(next) => choose(next ?? undefined)} searchable nothingFoundMessage={t('ui.nothingFound')} />
      ) : null}
    </div>
  )
}
