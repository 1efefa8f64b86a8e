import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconBell, IconCheck, IconDeviceDesktop, IconDeviceMobile, IconDevices, IconKey, IconLogout, IconMoon, IconSun } from '@tabler/icons-react'
import { signOut } from '../api/client.ts'
import { useMe } from '../api/me.ts'
import { setLanguage, type Language } from '../i18n/index.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'

const MySessionsDialog = lazy(() => import('../sessions/my-sessions-dialog.tsx'))

const languages: [Language, string][] = [
  ['uk', 'Українська'],
  ['en', 'English'],
]
const themes = [
  ['light', 'frame.themeLight', IconSun],
  ['dark', 'frame.themeDark', IconMoon],
  ['auto', 'frame.themeAuto', IconDeviceDesktop],
] as const

export function UserMenu() {
  const { t, i18n } = useTranslation()
  const me = useMe()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const name = me.employee?.displayName ?? me.username
  const [sessions, setSessions] = useState(false)
  const tick = (on: boolean) => (on ? <Icon of={IconCheck} size={14} /> : null)
  return (
    <>
      <Menu position="bottom-end" width={240} withinPortal transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <button type="button" className="user-btn" aria-label={t('frame.userMenu', { name })}>
            <Avatar name={name} me size="md" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <div className="user-head">
            <b>{name}</b>
            <span>{[me.employee?.position, me.branchName].filter(Boolean).join(' · ')}</span>
          </div>
          <Menu.Divider />
          <Menu.Label>{t('frame.language')}</Menu.Label>
          {languages.map(([language, label]) => (
            <Menu.Item key={language} lang={language} onClick={() => void setLanguage(language)} rightSection={tick(i18n.language === language)}>
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Label>{t('frame.theme')}</Menu.Label>
          {themes.map(([theme, label, icon]) => (
            <Menu.Item key={theme} leftSection={<Icon of={icon} />} onClick={() => setColorScheme(theme)} rightSection={tick(colorScheme === theme)}>
              {t(label)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item component={Link} to="/notifications" leftSection={<Icon of={IconBell} />}>
            {t('notices.title')}
          </Menu.Item>
          <Menu.Item component={Link} to="/phones" leftSection={<Icon of={IconDeviceMobile} />}>
            {t('phones.title')}
          </Menu.Item>
          <Menu.Item leftSection={<Icon of={IconDevices} />} onClick={() => setSessions(true)}>
            {t('sessions.mine')}
          </Menu.Item>
          <Menu.Item component="a" href={`/auth/login?action=password&language=${i18n.language}&returnTo=${encodeURIComponent(location.pathname + location.search)}`} leftSection={<Icon of={IconKey} />}>
            {t('frame.changePassword')}
          </Menu.Item>
          <Menu.Item leftSection={<Icon of={IconLogout} />} onClick={() => void signOut()}>
            {t('frame.signOut')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>{sessions ? <MySessionsDialog onClose={() => setSessions(false)} /> : null}</Suspense>
    </>
  )
}
