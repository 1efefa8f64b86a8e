import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { allPages } from '../api/records.ts'
import type { Employee, StaffPosition } from '../api/types.ts'

/** The dictionary of positions, and how an employee's is called in the language of the page. */
export function usePositions() {
  const { i18n } = useTranslation()
  const language = i18n.language === 'en' ? 'en' : 'uk'
  const { data: positions = [] } = useQuery({ queryKey: ['staff-positions', 'all'], queryFn: ({ signal }) => allPages<StaffPosition>('staff-positions', 'staffPositions', signal), staleTime: 60_000 })
  const nameOf = useCallback((position: StaffPosition) => position.name?.[language] ?? '', [language])
  const of = (employee: Pick<Employee, 'position' | 'positionId'>) => {
    const known = positions.find(({ id }) => id === employee.positionId)
    return known ? nameOf(known) : employee.position
  }
  return { positions, nameOf, of, language } as const
}
