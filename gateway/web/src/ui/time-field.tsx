import { useTranslation } from 'react-i18next'
import { TextInput } from '@mantine/core'
import { readClock } from '../lib/day.ts'
import { useTyped } from './use-typed.ts'

type Props = {
  label: string
  /** `14:30`, or empty. */
  value: string
  onChange: (clock: string) => void
  error?: string | undefined
  required?: boolean
}

/** A time of the day, written and read as the product does, whatever the browser speaks. */
export function TimeField({ label, value, onChange, error, required }: Props) {
  const { t } = useTranslation()
  const typed = useTyped({ value, shown: value, read: readClock, onChange, complaint: t('date.wrongTime') })
  return (
    <TextInput
      {...typed.props}
      label={label}
      required={required}
      placeholder={t('date.timeFormat')}
      inputMode="numeric"
      autoComplete="off"
      onKeyDown={(event) => event.key === 'Enter' && typed.take()}
      error={typed.complaint ?? error}
    />
  )
}
