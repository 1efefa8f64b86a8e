import { useEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconExternalLink, IconX } from '@tabler/icons-react'
import { useKeys } from '../lib/keys.ts'
import { IconButton } from './icon-button.tsx'

type Props = { label: string; onClose: () => void; onOpenPage?: (() => void) | undefined; children: ReactNode; head?: ReactNode }

/** A record beside its list. Not modal: the list goes on; Esc closes, Ctrl+Enter opens the page, the focus goes back. */
export function Drawer({ label, onClose, onOpenPage, children, head }: Props) {
  const { t } = useTranslation()
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    const before = document.activeElement
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  useKeys([
    { combo: 'Escape', label: 'keys.close', run: onClose },
    { combo: 'mod+Enter', label: 'keys.openPage', run: () => (onOpenPage ? onOpenPage() : false) },
  ])
  return (
    <aside className="drawer" ref={box} aria-label={label}>
      <div className="drawer-bar">
        {head}
        <span className="grow" />
        {onOpenPage ? <IconButton size="sm" icon={IconExternalLink} label={t('ui.openPage')} onClick={onOpenPage} /> : null}
        <IconButton size="sm" icon={IconX} label={t('ui.close')} onClick={onClose} />
      </div>
      <div className="drawer-body scroll">{children}</div>
    </aside>
  )
}
