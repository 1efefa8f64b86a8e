import { useTranslation } from 'react-i18next'
import { useNames } from '../api/directory.ts'
import type { FilterField } from '../ui/filter-bar.tsx'

export const roleWords = ['client', 'prospect', 'partner', 'supplier', 'competitor', 'guest', 'candidate'] as const
export const kindWords = ['organisation', 'person'] as const

/** What the list of counterparties can be narrowed by. */
export function usePartyFilters(): FilterField[] {
  const { t } = useTranslation()
  const names = useNames()
  return [
    { name: 'kind', label: t('parties.kind'), choices: kindWords.map((value) => ({ value, label: t(`words.partyKind.${value}`) })) },
    { name: 'role', label: t('parties.role'), choices: roleWords.map((value) => ({ value, label: t(`words.role.${value}`) })) },
    { name: 'branch', label: t('parties.branch'), choices: names.branches.map((one) => ({ value: one.id, label: one.name })) },
    { name: 'responsible', label: t('parties.responsible'), choices: names.employees.map((one) => ({ value: one.id, label: one.displayName })) },
  ]
}
