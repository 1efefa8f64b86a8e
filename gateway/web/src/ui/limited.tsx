import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFields, type Writing } from '../api/me.ts'

/** The input of a field as far as its rights go: absent when it is hidden, not to be changed when it is read only. */
export function Limited({ section, field, action, children }: { section: string; field: string; action: Writing; children: ReactNode }) {
  const { t } = useTranslation()
  const fields = useFields(section)
  if (!fields.shown(field)) return null
  if (fields.writable(field, action)) return children
  // Of a new record there is nothing yet to be read.
  return action === 'create' ? null : <fieldset disabled className="limited" title={t('ui.readOnlyField')}>{children}</fieldset>
}
