import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { Icon } from './icon.tsx'

export type Choice = { value: string; label: string }

type Props = { label: string; value: string; choices: Choice[]; onChange: (value: string | undefined) => void }

/** "Філія | Київ | ×": the name, the value that opens the choice, and the way out. */
export function FilterChip({ label, value, choices, onChange }: Props) {
  const { t } = useTranslation()
  const shown = choices.find((choice) => choice.value === value)?.label ?? value
  return (
    <span className="chip">
      <span>{label}</span>
      <Menu position="bottom-start" transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <button type="button" className="chip-value">{shown}</button>
        </Menu.Target>
        <Menu.Dropdown mah={320} className="scroll">
          {choices.map((choice) => (
            <Menu.Item key={choice.value} onClick={() => onChange(choice.value)} rightSection={choice.value === value ? <Icon of={IconCheck} size={14} /> : null}>
              {choice.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <button type="button" className="chip-x" aria-label={t('ui.removeFilter', { label })} onClick={() => onChange(undefined)}>
        <Icon of={IconX} size={12} />
      </button>
    </span>
  )
}
