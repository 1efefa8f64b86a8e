import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { languageName } from '../lib/format.ts'

/** Those that clients of a Ukrainian firm speak; another one that a record has already is offered too. */
const CODES = ['uk', 'en', 'pl', 'de', 'ro', 'hu', 'sk', 'cs', 'bg', 'fr', 'es', 'it', 'tr', 'lt', 'zh']

type Props = { label: string; value: string; onChange: (code: string) => void; error: string | undefined }

/** A language by its name; the record keeps the code. */
export function LanguageSelect({ label, value, onChange, error }: Props) {
  const { t } = useTranslation()
  const codes = value === '' || CODES.includes(value) ? CODES : [...CODES, value]
  return (
    <Select
      label={label} data={codes.map((code) => ({ value: code, label: languageName(code) }))} value={value || null} onChange={(code) => onChange(code ?? '')} error={error}
      searchable clearable nothingFoundMessage={t('ui.nothingFound')}
    />
  )
}
