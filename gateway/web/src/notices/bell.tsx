import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { Popover } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { NoticeLine } from './notice-line.tsx'
import { useRead, useUnread } from './use-notices.ts'
import './notices.css'

const most = 99

/** What waits to be read, wherever one is. */
export function Bell() {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const unread = useUnread().data
  const read = useRead()
  const count = unread?.unreadCount ?? 0
  const close = () => setOpened(false)
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={380} withinPortal trapFocus returnFocus withRoles={false} transitionProps={{ duration: 0 }} keepMounted={false}>
      <Popover.Target>
        <span className="bell">
          <IconButton icon={IconBell} label={count === 0 ? t('notices.title') : t('notices.waiting', { count })} aria-expanded={opened} onClick={() => setOpened(!opened)} />
          {count > 0 ? <span className="n num" aria-hidden="true">{count > most ? `${most}+` : count}</span> : null}
        </span>
      </Popover.Target>
      <Popover.Dropdown p={0} role="dialog" aria-label={t('notices.title')}>
        <ul className="notice-list scroll" style={{ maxHeight: 420 }}>
          {(unread?.notifications ?? []).map((notice) => <NoticeLine key={notice.id} notice={notice} onFollow={close} />)}
        </ul>
        {count === 0 ? <p className="pad soft">{t('notices.nothingNew')}</p> : null}
        <div className="row pad">
          <Link className="link" to="/notifications" onClick={close}>{t('notices.all')}</Link>
          <span className="grow" />
          {count > 0 ? <Button size="sm" onClick={() => read.mutate(undefined)}>{t('notices.readAll')}</Button> : null}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
