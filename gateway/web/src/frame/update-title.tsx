import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from '@tanstack/react-router'
import { groups } from './sections.ts'

/** The name of the section in the browser's tab. */
export function UpdateTitle() {
  const { t } = useTranslation()
  const path = useLocation({ select: (location) => location.pathname })
  useEffect(() => {
    const link = groups.flatMap((group) => group.links).find((one) => path.startsWith(one.to))
    document.title = link ? `${t(link.label)} · Vitrylo` : 'Vitrylo'
  }, [path, t])
  return null
}
