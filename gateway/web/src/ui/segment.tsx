import type { TablerIcon } from '@tabler/icons-react'
import { Icon } from './icon.tsx'

type Props<V extends string> = { label: string; value: V; options: { value: V; label: string; icon: TablerIcon }[]; onChange: (value: V) => void }

/** The same data in another form: table, board, chart. */
export function Segment<V extends string>({ label, value, options, onChange }: Props<V>) {
  return (
    <div className="seg icons" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={option.value === value ? 'on' : ''}
          aria-pressed={option.value === value}
          aria-label={option.label}
          title={option.label}
          onClick={() => onChange(option.value)}
        >
          <Icon of={option.icon} />
        </button>
      ))}
    </div>
  )
}
