import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { allPages } from '../api/records.ts'
import type { ConsentPurpose } from '../api/types.ts'

export const sources = ['paper', 'web-form', 'call', 'letter', 'meeting', 'import'] as const

/** Purposes with their names in the language of the page. */
export function useConsentPurposes() {
  const { i18n } = useTranslation()
  const language = i18n.language === 'en' ? 'en' : 'uk'
  const { data: purposes = [] } = useQuery({ queryKey: ['consent-purposes', 'all'], queryFn: ({ signal }) => allPages<ConsentPurpose>('consent-purposes', 'consentPurposes', signal), staleTime: 60_000 })
  const nameOf = useCallback((id: string) => purposes.find((one) => one.id === id)?.name?.[language] ?? '', [purposes, language])
  return { purposes, nameOf, language } as const
}
