import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { keepDraftsOf } from '../lib/use-draft.ts'
import { get } from './client.ts'
import type { Me, RecordAccess } from './types.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await get<Me>('me', undefined, signal)
    keepDraftsOf(me.username)
    return me
  },
  staleTime: 60_000,
})

export type Can = (section: string, action?: string) => boolean

export const canOf =
  (me: Me): Can =>
  (section, action = 'view') =>
    me.rights.some((right) => right.section === section && right.action === action)

export const useMe = () => useSuspenseQuery(meQuery).data

/** Whether the signed-in person has any right of the kind. What it reaches, the server decides on every request. */
export const useCan = (): Can => canOf(useMe())

/** The same of one record: the answer that brought it says what reaches it; where it does not say, the right alone is known. */
export function useCanWith(section: string, record: { access?: RecordAccess } | undefined): (action: RecordAccess['actions'][number]) => boolean {
  const can = useCan()
  return (action) => can(section, action) && record?.access?.actions.includes(action) !== false
}

export type Writing = 'create' | 'change'

/** What the signed-in person is kept from in the fields of a section. */
export type FieldRights = {
  shown: (field: string) => boolean
  writable: (field: string, action: Writing) => boolean
  /** What of a body may be sent: the server refuses the rest by name. */
  only: <T extends object>(body: T, action: Writing) => Partial<T>
}

// What a new record cannot be without may be given even where it is read only later.
const FIRST = ['kind', 'displayName', 'title', 'subject', 'channel', 'startTime', 'counterpartyIds', 'positions', 'branchId', 'counterpartyId', 'pipelineId', 'stageId', 'ownerId', 'state', 'username', 'groups', 'disabled']

export function fieldRightsOf(me: Me, section: string): FieldRights {
  const limits = me.fieldLimits.filter((limit) => limit.section === section)
  // `custom` as a whole is meant with `custom.contract_no`.
  const names = (limit: { field: string }, field: string) => limit.field === field || field.startsWith(`${limit.field}.`)
  const shown = (field: string) => !limits.some((limit) => names(limit, field) && limit.limit === 'hide')
  const writable = (field: string, action: Writing) =>
    !limits.some((limit) => names(limit, field) && limit.actions.includes(action) && !(action === 'create' && limit.limit !== 'hide' && FIRST.includes(field)))
  return {
    shown,
    writable,
    only(body, action) {
      const custom = (value: object) => Object.fromEntries(Object.entries(value).filter(([name]) => writable(`custom.${name}`, action)))
      const kept = Object.entries(body).filter(([field]) => writable(field, action))
      return Object.fromEntries(kept.map(([field, value]) => [field, field === 'custom' && value ? custom(value as object) : value])) as Partial<typeof body>
    },
  }
}

export const useFields = (section: string): FieldRights => fieldRightsOf(useMe(), section)
