import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet } from '@tanstack/react-router'
import { useCan } from '../api/me.ts'
import { useCallEvents } from '../calls/use-call-events.ts'
import { holdTyping, takeTyping, useKeys } from '../lib/keys.ts'
import { usePhoneWidth } from '../lib/use-phone-width.ts'
import { useStored } from '../lib/use-stored.ts'
import { useLiveQueries } from '../live/use-live-queries.ts'
import { MustRead } from '../notices/must-read.tsx'
import { useNoticeToasts } from '../notices/use-notices.ts'
import { LiveRegion } from '../ui/live-region.tsx'
import { KeyList } from './key-list.tsx'
import { LostBar } from './lost-bar.tsx'
import { PhoneNav } from './phone-nav.tsx'
import { SideTree } from './side-tree.tsx'
import { TopBar } from './top-bar.tsx'
import { UpdateTitle } from './update-title.tsx'
import './frame.css'

const loadCommands = () => import('./command-menu.tsx')
const CommandMenu = lazy(loadCommands)

const soon = () => void loadCommands().catch(() => undefined)

/** Fetched when nothing else is to be done, at the latest when Ctrl goes down. */
function useCommandsSoon() {
  useEffect(() => {
    if (!('requestIdleCallback' in window)) return
    const idle = requestIdleCallback(soon)
    return () => cancelIdleCallback(idle)
  }, [])
  const early = () => {
    soon()
    return false
  }
  useKeys([{ combo: 'mod+Control', run: early }, { combo: 'mod+Meta', run: early }])
}

// Not in the first paint, but asked for at once: it must be here before the first ring.
const panel = import('../calls/call-panel.tsx')
const CallPanel = lazy(() => panel)

/** Everything around a page: tree, top bar, call panel, keys. */
export function Frame() {
  const { t } = useTranslation()
  const phone = usePhoneWidth()
  const can = useCan()
  const [narrow, setNarrow] = useStored('side.narrow', window.innerWidth < 1100)
  const [keys, setKeys] = useState(false)
  const [commands, setCommands] = useState(false)
  useCommandsSoon()
  useLiveQueries()
  useCallEvents(can('calls'))
  useNoticeToasts()
  const openCommands = async () => {
    holdTyping()
    setCommands(true)
    try {
      const { commandMenu } = await loadCommands()
      setTimeout(() => commandMenu.open())
    } catch (error) {
      takeTyping()
      throw error
    }
  }
  useKeys([
    { combo: 'mod+k', label: 'keys.commands', run: () => void openCommands() },
    { combo: '?', label: 'keys.keys', run: () => setKeys(true) },
  ])
  return (
    <div className={`app ${phone ? 'app-phone' : ''} ${narrow ? 'app-narrow' : ''}`}>
      <a className="skip" href="#main">
        {t('frame.skip')}
      </a>
      {phone ? null : <SideTree narrow={narrow} onNarrow={setNarrow} onKeys={() => setKeys(true)} />}
      <div className="main">
        {phone ? null : <TopBar onCommands={() => void openCommands()} />}
        <LostBar />
        <main id="main" className="view" tabIndex={-1}>
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </main>
        {phone ? <PhoneNav /> : null}
      </div>
      <Suspense fallback={null}>
        <CallPanel />
      </Suspense>
      <KeyList opened={keys} onClose={() => setKeys(false)} />
      <Suspense fallback={null}>{commands ? <CommandMenu /> : null}</Suspense>
      <MustRead />
      <LiveRegion />
      <UpdateTitle />
    </div>
  )
}
