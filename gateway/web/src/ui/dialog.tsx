import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Modal, type ModalProps } from '@mantine/core'
import { useKeys } from '../lib/keys.ts'

type Props = Pick<ModalProps, 'size' | 'fullScreen' | 'classNames' | 'closeOnClickOutside' | 'zIndex'> & {
  title: ReactNode
  onClose: () => void
  opened?: boolean
  /** False: it stays until what it asks for is done. */
  leavable?: boolean
  children: ReactNode
}

/** A modal dialog. Esc closes the topmost one alone, and nothing while a menu or a calendar in it is open (lib/keys.ts). */
export function Dialog({ onClose, opened = true, leavable = true, children, ...rest }: Props) {
  const { t } = useTranslation()
  const leave = () => {
    if (leavable) onClose()
  }
  useKeys([{ combo: 'Escape', inDialog: true, run: leave }], opened)
  return (
    <Modal opened={opened} onClose={leave} closeOnEscape={false} withCloseButton={leavable} lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('ui.close') }} {...rest}>
      {children}
    </Modal>
  )
}
