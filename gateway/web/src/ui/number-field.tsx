import { useTranslation } from 'react-i18next'
import { NumberInput, type NumberInputProps } from '@mantine/core'
import { number } from '../lib/format.ts'
import { useNoMinus } from '../lib/use-no-minus.ts'

type Props = Omit<NumberInputProps, 'min' | 'max' | 'allowNegative' | 'onKeyDown' | 'onPaste'> & { min: number; max: number }

/** A whole number between two limits, which are those of the service. A minus where none fits is refused at once, in words. */
export function NumberField({ min, max, error, ...rest }: Props) {
  const { t } = useTranslation()
  const { told, keys } = useNoMinus(min >= 0)
  return <NumberInput min={min} max={max} allowDecimal={false} allowNegative={min < 0} error={told ? t('ui.noMinus', { min: number(min), max: number(max) }) : error} {...keys} {...rest} />
}
