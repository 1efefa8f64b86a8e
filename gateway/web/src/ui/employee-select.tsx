import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { useNames } from '../api/directory.ts'

type Props = { label: string; value: string | undefined; onChange: (id: string | undefined) => void; error?: string | undefined; required?: boolean; placeholder?: string }

export function EmployeeSelect({ label, value, onChange, ...rest }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  return (
    <Select
      {...rest}
      label={label}
      data={names.employees.filter((one) => !one.disabled || one.id === value).map((one) => ({ value: one.id, label: one.displayName }))}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      searchable
      clearable={!rest.required}
      nothingFoundMessage={t('ui.nothingFound')}
    />
  )
}
