import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { useNames } from '../api/directory.ts'

type Props = { label: string; value: string | undefined; onChange: (id: string | undefined) => void; error?: string | undefined; required?: boolean }

export function BranchSelect({ label, value, onChange, ...rest }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  return (
    <Select
      {...rest}
      label={label}
      data={names.branches.map((one) => ({ value: one.id, label: one.name }))}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      searchable
      clearable={!rest.required}
      nothingFoundMessage={t('ui.nothingFound')}
    />
  )
}
