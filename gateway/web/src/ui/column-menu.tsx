import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import { IconCheck, IconColumns3 } from '@tabler/icons-react'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

type Props = { columns: { id: string; head: string; title?: string }[]; hidden: string[]; /** Switched on, but the screen has no room for them. */ unfit: string[]; onChange: (hidden: string[]) => void }

/** Which columns are shown; the first one always is. */
export function ColumnMenu({ columns, hidden, unfit, onChange }: Props) {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end" closeOnItemClick={false} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button tone="quiet" size="sm" icon={IconColumns3} className="wide-only">
          {t('ui.columns')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} className="scroll">
        {columns.slice(1).map((column) => {
          const off = hidden.includes(column.id)
          return (
            <Menu.Item
              key={column.id}
              role="menuitemcheckbox"
              aria-checked={!off}
              onClick={() => onChange(off ? hidden.filter((id) => id !== column.id) : [...hidden, column.id])}
              rightSection={off ? null : <Icon of={IconCheck} size={14} />}
            >
              {column.title ?? t(column.head)}
              {unfit.includes(column.id) ? <span className="meta"> {t('ui.columnUnfit')}</span> : null}
            </Menu.Item>
          )
        })}
      </Menu.Dropdown>
    </Menu>
  )
}
