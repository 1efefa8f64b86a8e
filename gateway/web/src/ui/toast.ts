import { notifications } from '@mantine/notifications'
import i18next from 'i18next'
import { announce } from '../lib/announce.ts'
import { errorText } from '../api/error-text.ts'

const closing = () => ({ 'aria-label': i18next.t('ui.close') })

export function toast(title: string, message = '') {
  notifications.show({ title, message, autoClose: 5000, role: 'presentation', closeButtonProps: closing() })
  announce(`${title} ${message}`)
}

/** A failed action: stays until it is closed. */
export function toastError(title: string, error: unknown, message = errorText(error)) {
  notifications.show({ title, message, autoClose: false, role: 'presentation', closeButtonProps: closing() })
  announce(`${title}. ${message}`, true)
}
