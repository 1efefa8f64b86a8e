import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Popover, TextInput } from '@mantine/core'
import { IconCalendar } from '@tabler/icons-react'
import { readDay, writeDay } from '../lib/day.ts'
import { IconButton } from './icon-button.tsx'
import { MonthGrid } from './month-grid.tsx'
import { useTyped } from './use-typed.ts'

type Props = {
  label: string
  /** `2026-11-21`, or empty. */
  value: string
  onChange: (day: string) => void
  error?: string | undefined
  required?: boolean
}

/** A day, written and read as the product's language does, whatever the browser speaks; or chosen from the month. */
export function DateField({ label, value, onChange, error, required }: Props) {
  const { t, i18n } = useTranslation()
  const typed = useTyped({ value, shown: writeDay(value, i18n.language), read: readDay, onChange, complaint: t('date.wrong') })
  const [open, setOpen] = useState(false)
  const choose = (day: string) => {
    onChange(day)
    setOpen(false)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') typed.take()
    if (event.key === 'ArrowDown' && event.altKey) setOpen(true)
  }
  return (
    // Its roles would stand on the field, which opens nothing by itself.
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus withinPortal withRoles={false}>
      <Popover.Target>
        <TextInput
          {...typed.props}
          label={label}
          required={required}
          placeholder={t('date.format')}
          inputMode="numeric"
          autoComplete="off"
          onKeyDown={onKeyDown}
          error={typed.complaint ?? error}
          rightSection={<IconButton size="sm" icon={IconCalendar} label={t('date.open')} onClick={() => setOpen((before) => !before)} />}
        />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={label}>
        <MonthGrid value={value} onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  )
}
