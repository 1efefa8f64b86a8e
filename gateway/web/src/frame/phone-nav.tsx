import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from '@tanstack/react-router'
import { IconAddressBook, IconLayoutKanban, IconMenu2, IconPhone, IconTicket, type TablerIcon } from '@tabler/icons-react'
import { useCan } from '../api/me.ts'
import { Bell } from '../notices/bell.tsx'
import { Icon } from '../ui/icon.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { SearchField } from './search-field.tsx'
import { visibleGroups } from './sections.ts'
import { useWorkCounts } from './use-work-counts.ts'
import { UserMenu } from './user-menu.tsx'

const tabs: { to: string; label: string; section: string; icon: TablerIcon }[] = [
  { to: '/counterparties', label: 'phone.contacts', section: 'counterparties', icon: IconAddressBook },
  { to: '/requests', label: 'phone.requests', section: 'requests', icon: IconTicket },
  { to: '/opportunities', label: 'phone.opportunities', section: 'opportunities', icon: IconLayoutKanban },
  { to: '/calls', label: 'phone.calls', section: 'calls', icon: IconPhone },
]

/** The bar under the thumb: four sections and everything else. */
export function PhoneNav() {
  const { t } = useTranslation()
  const can = useCan()
  const counts = useWorkCounts()
  const [more, setMore] = useState(false)
  const path = useLocation({ select: (location) => location.pathname })
  return (
    <>
      <nav className="phone-nav" aria-label={t('tree.label')}>
        {tabs
          .filter((tab) => can(tab.section))
          .map((tab) => (
            <Link key={tab.to} to={tab.to} className={path.startsWith(tab.to) ? 'on' : ''} aria-current={path.startsWith(tab.to) ? 'page' : undefined}>
              <Icon of={tab.icon} size={20} />
              {counts[tab.section]?.count ? <span className={`n ${counts[tab.section]?.late ? 'late' : ''}`}>{counts[tab.section]?.count}</span> : null}
              {t(tab.label)}
            </Link>
          ))}
        <button type="button" aria-expanded={more} onClick={() => setMore(true)}>
          <Icon of={IconMenu2} size={20} />
          {t('phone.more')}
        </button>
      </nav>
      <Sheet opened={more} onClose={() => setMore(false)} title={t('phone.more')}>
        <div className="more-search">
          {can('counterparties') ? <SearchField onDone={() => setMore(false)} /> : null}
          <Bell />
          <UserMenu />
        </div>
        {visibleGroups(can).map((group) => (
          <section key={group.name} className="more-links">
            <h3>{t(group.label)}</h3>
            <ul>
              {group.links.map((link) => (
                <li key={link.to}>
                  <Link to={link.to} onClick={() => setMore(false)}>
                    {t(link.label)}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </Sheet>
    </>
  )
}
