import type { ReactNode } from 'react'
import { Dialog } from './dialog.tsx'

type Props = { opened: boolean; onClose: () => void; title: string; children: ReactNode }

/** A whole-screen dialog of the phone layout. */
export function Sheet({ opened, onClose, title, children }: Props) {
  return (
    <Dialog opened={opened} onClose={onClose} title={title} fullScreen>
      {children}
    </Dialog>
  )
}
