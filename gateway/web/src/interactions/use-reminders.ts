import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { when } from '../lib/format.ts'
import { onEvent } from '../live/link.ts'
import { toast } from '../ui/toast.ts'

/** Says that a planned interaction of the signed-in person begins soon; the server tells nobody else. */
export function useReminders() {
  const { t } = useTranslation()
  useEffect(
    () => onEvent('vitrylo.contacts.v1.InteractionReminded', ({ interaction }) => toast(t('interactions.reminder', { subject: interaction.subject }), [when(interaction.startTime), interaction.place].filter(Boolean).join(' · '))),
    [t],
  )
}
