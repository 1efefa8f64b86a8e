import type { MouseEvent } from 'react'
import { IconCheck, IconMinus } from '@tabler/icons-react'
import { Icon } from './icon.tsx'

type Props = { label: string; checked: boolean | 'mixed'; onChange: (on: boolean, event: MouseEvent) => void }

/** The tick of a row, or of all of them. */
export function SelectBox({ label, checked, onChange }: Props) {
  return (
    <button type="button" role="checkbox" className={`cb ${checked ? 'on' : ''}`} aria-checked={checked} aria-label={label} onClick={(event) => onChange(checked !== true, event)}>
      <Icon of={checked === 'mixed' ? IconMinus : IconCheck} size={14} />
    </button>
  )
}
