import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { allPages } from '../api/records.ts'
import type { Relation, RelationKind } from '../api/types.ts'

export type End = 'from' | 'to'

/** The dictionary, with the names that the ends bear in the language of the page. */
export function useRelationKinds() {
  const { i18n } = useTranslation()
  const { data: kinds = [] } = useQuery({ queryKey: ['relation-kinds', 'all'], queryFn: ({ signal }) => allPages<RelationKind>('relation-kinds', 'relationKinds', signal), staleTime: 60_000 })
  const nameOf = useCallback((kind: RelationKind, end: End) => (end === 'from' ? kind.fromName : kind.toName)?.[i18n.language === 'en' ? 'en' : 'uk'] ?? '', [i18n.language])
  return { kinds, nameOf }
}

/** The end at which the other one stands, seen from a counterparty. */
export const otherOf = (relation: Relation, partyId: string): { end: End; id: string; name: string; removed: boolean } =>
  relation.fromId === partyId
    ? { end: 'to', id: relation.toId, name: relation.toName, removed: relation.toRemoved }
    : { end: 'from', id: relation.fromId, name: relation.fromName, removed: relation.fromRemoved }

export const isOver = ({ endDate }: Relation, today: string): boolean => endDate !== '' && endDate < today
