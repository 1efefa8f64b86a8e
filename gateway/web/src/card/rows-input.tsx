import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPlus, IconX } from '@tabler/icons-react'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'

type Props<T> = {
  legend: string
  add: string
  value: readonly T[]
  empty: () => T
  onChange: (value: T[]) => void
  error?: string | undefined
  row: (one: T, change: (patch: Partial<T>) => void, at: number) => ReactNode
}

/** Several of a kind, a row of fields each: added at the end, taken out one by one. */
export function RowsInput<T extends object>({ legend, add, value, empty, onChange, error, row }: Props<T>) {
  const { t } = useTranslation()
  const change = (at: number, patch: Partial<T>) => onChange(value.map((one, index) => (index === at ? { ...one, ...patch } : one)))
  return (
    <fieldset className="group-field">
      <legend>{legend}</legend>
      {value.map((one, at) => (
        <div key={at} className="rows-edit">
          <div className="rows-fields">{row(one, (patch) => change(at, patch), at)}</div>
          <IconButton size="sm" icon={IconX} label={t('ui.remove')} onClick={() => onChange(value.filter((_, index) => index !== at))} />
        </div>
      ))}
      {error ? <p className="form-error" role="alert">{error}</p> : null}
      <div>
        <Button size="sm" icon={IconPlus} onClick={() => onChange([...value, empty()])}>{add}</Button>
      </div>
    </fieldset>
  )
}
