import { useTranslation } from 'react-i18next'
import { useCan } from '../api/me.ts'
import { CallBar } from '../calls/call-bar.tsx'
import { Bell } from '../notices/bell.tsx'
import { Button } from '../ui/button.tsx'
import { SearchField } from './search-field.tsx'
import { UserMenu } from './user-menu.tsx'

export function TopBar({ onCommands }: { onCommands: () => void }) {
  const { t } = useTranslation()
  const can = useCan()
  return (
    <div className="top" role="region" aria-label={t('frame.topBar')}>
      {can('counterparties') ? <SearchField /> : null}
      <Button tone="quiet" className="commands-btn" combo="mod+k" onClick={onCommands}>
        {t('frame.commands')}
      </Button>
      <span className="grow" />
      <CallBar />
      <Bell />
      <UserMenu />
    </div>
  )
}
