import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Modal } from '@mantine/core'

type Props = { opened: boolean; onClose: () => void; title: string; children: ReactNode }

/** A whole-screen dialog of the phone layout. */
export function Sheet({ opened, onClose, title, children }: Props) {
  const { t } = useTranslation()
  return (
    <Modal opened={opened} onClose={onClose} title={title} fullScreen lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('ui.close') }}>
      {children}
    </Modal>
  )
}
