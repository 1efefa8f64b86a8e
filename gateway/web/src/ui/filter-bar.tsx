import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { useKeys } from '../lib/keys.ts'
import { Button } from './button.tsx'
import { FilterChip, type Choice } from './filter-chip.tsx'

export type FilterField = { name: string; label: string; choices: Choice[] }

type Props = {
  fields: FilterField[]
  values: Record<string, string | undefined>
  onChange: (name: string, value: string | undefined) => void
  children?: ReactNode
}

/** Chips of the conditions in force; F adds one more. */
export function FilterBar({ fields, values, onChange, children }: Props) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  useKeys([{ combo: 'f', label: 'keys.filter', run: () => setOpen(true) }])
  const free = fields.filter((field) => !values[field.name] && field.choices.length > 0)
  return (
    <div className="filters">
      {fields.map((field) => {
        const value = values[field.name]
        return value ? <FilterChip key={field.name} label={field.label} value={value} choices={field.choices} onChange={(next) => onChange(field.name, next)} /> : null
      })}
      {free.length > 0 ? (
        <Menu opened={open} onChange={setOpen} position="bottom-start" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <Button tone="quiet" size="sm" icon={IconFilter} combo="f">
              {t('ui.filter')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {free.map((field) => (
              <Menu.Sub key={field.name} transitionProps={{ duration: 0 }}>
                <Menu.Sub.Target>
                  <Menu.Sub.Item>{field.label}</Menu.Sub.Item>
                </Menu.Sub.Target>
                <Menu.Sub.Dropdown mah={320} className="scroll">
                  {field.choices.map((choice) => (
                    <Menu.Item key={choice.value} onClick={() => onChange(field.name, choice.value)}>
                      {choice.label}
                    </Menu.Item>
                  ))}
                </Menu.Sub.Dropdown>
              </Menu.Sub>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : null}
      <span className="grow" />
      {children}
    </div>
  )
}
