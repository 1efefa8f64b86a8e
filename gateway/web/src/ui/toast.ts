import { notifications } from '@mantine/notifications'
import { announce } from '../lib/announce.ts'
import { errorText } from '../api/error-text.ts'

export function toast(title: string, message = '') {
  notifications.show({ title, message, autoClose: 5000, role: 'presentation' })
  announce(`${title} ${message}`)
}

/** A failed action: stays until it is closed. */
export function toastError(title: string, error: unknown) {
  const message = errorText(error)
  notifications.show({ title, message, autoClose: false, role: 'presentation' })
  announce(`${title}. ${message}`, true)
}
