import { useLayoutEffect, useRef, type InvalidEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { NumberInput, type NumberInputProps } from '@mantine/core'
import { number } from '../lib/format.ts'
import { useNoMinus } from '../lib/use-no-minus.ts'

type Props = Omit<NumberInputProps, 'min' | 'max' | 'allowNegative' | 'onKeyDown' | 'onPaste' | 'clampBehavior'> & { min: number; max: number }

/**
 * A whole number between two limits, which are those of the service. A minus where none fits is refused at once, in words; a number
 * beyond them stays as it was typed, is told at the field, and stops the form: nobody saves another number than they see.
 */
export function NumberField({ min, max, error, ...rest }: Props) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const { told, keys } = useNoMinus(min >= 0)
  const limits = { min: number(min), max: number(max) }
  const isBeyond = typeof rest.value === 'number' && (rest.value < min || rest.value > max)
  const beyond = isBeyond ? t('ui.beyond', limits) : ''
  useLayoutEffect(() => input.current?.setCustomValidity(beyond), [beyond])
  // The browser's own bubble would lie over our words.
  const onInvalid = (event: InvalidEvent<HTMLInputElement>) => {
    if (beyond === '') return
    event.preventDefault()
    if (event.currentTarget.form?.querySelector('input:invalid, textarea:invalid') === event.currentTarget) event.currentTarget.focus()
  }
  return (
    <NumberInput
      onInvalid={onInvalid} ref={input} min={min} max={max} clampBehavior="none" allowDecimal={false} allowNegative={min < 0}
      error={beyond || (told ? t('ui.noMinus', limits) : error)} {...keys} {...rest}
    />
  )
}
