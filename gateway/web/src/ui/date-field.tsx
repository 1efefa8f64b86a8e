import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Popover, TextInput } from '@mantine/core'
import { IconCalendar } from '@tabler/icons-react'
import { readDay, writeDay } from '../lib/day.ts'
import { IconButton } from './icon-button.tsx'
import { MonthGrid } from './month-grid.tsx'

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
  const [text, setText] = useState(writeDay(value, i18n.language))
  const [open, setOpen] = useState(false)
  const [wrong, setWrong] = useState(false)
  useEffect(() => {
    setText(writeDay(value, i18n.language))
    setWrong(false)
  }, [value, i18n.language])
  // A form with a day that nobody understands is not sent, by whatever key or button.
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => input.current?.setCustomValidity(wrong ? t('date.wrong') : ''), [wrong, t])
  const take = () => {
    const day = readDay(text)
    setWrong(day === undefined)
    if (day !== undefined && day !== value) onChange(day)
    else if (day !== undefined) setText(writeDay(day, i18n.language))
  }
  const choose = (day: string) => {
    onChange(day)
    setOpen(false)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') take()
    if (event.key === 'ArrowDown' && event.altKey) setOpen(true)
  }
  return (
    // Its roles would stand on the field, which opens nothing by itself.
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus returnFocus withinPortal withRoles={false}>
      <Popover.Target>
        <TextInput
          ref={input}
          label={label}
          required={required}
          placeholder={t('date.format')}
          inputMode="numeric"
          autoComplete="off"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setWrong(false)
          }}
          onBlur={take}
          onKeyDown={onKeyDown}
          // The text below says it; the browser's own bubble would lie over it.
          onInvalid={(event) => {
            if (!wrong) return
            event.preventDefault()
            event.currentTarget.focus()
          }}
          error={wrong ? t('date.wrong') : error}
          rightSection={<IconButton size="sm" icon={IconCalendar} label={t('date.open')} onClick={() => setOpen((before) => !before)} />}
        />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={label}>
        <MonthGrid value={value} onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  )
}
