import { BranchRequisites, type InheritedValue, type WorkingCalendar } from '@vitrylo/proto/vitrylo/directory/v1/branch.ts'

/** A branch as inheritance sees it: nearest first come those above it. */
export type Above = { id: string; requisites: Partial<BranchRequisites>; currency: string; prefix: string; calendar: WorkingCalendar | null }

// An account comes whole: the number of one branch beside the bank of another would be wrong.
const TOGETHER: readonly (readonly (keyof BranchRequisites)[])[] = [['legalName'], ['taxCode'], ['vatNumber'], ['iban', 'bankName', 'bankCode'], ['legalAddress'], ['director']]

type Values = [field: string, value: string][]

const groups: readonly ((branch: Omit<Above, 'id'>) => Values)[] = [
  ...TOGETHER.map((fields) => ({ requisites }: Omit<Above, 'id'>): Values => fields.map((field) => [`requisites.${field}`, requisites[field] ?? ''])),
  ({ currency }) => [['currency', currency]],
  ({ prefix }) => [['numberingPrefix', prefix]],
  ({ calendar }) => [['calendar.timeZone', calendar?.timeZone ?? '']],
]

const filled = (values: Values): Values => values.filter(([, value]) => value !== '')

/** What a branch has from above: of each group of values that is empty in it, that of the nearest which has one. */
export function inheritedOf(own: Omit<Above, 'id'>, above: readonly Above[]): InheritedValue[] {
  return groups.flatMap((valuesOf) => {
    if (filled(valuesOf(own)).length > 0) return []
    const source = above.find((branch) => filled(valuesOf(branch)).length > 0)
    return source === undefined ? [] : filled(valuesOf(source)).map(([field, value]) => ({ field, value, branchId: source.id }))
  })
}

/** As they are stored: only what holds something. */
export const storedRequisites = (requisites: BranchRequisites | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(requisites ?? {}).filter(([, value]) => value !== ''))

export const requisitesFrom = (stored: Record<string, string>): BranchRequisites | undefined =>
  Object.keys(stored).length === 0 ? undefined : BranchRequisites.fromPartial(stored as Partial<BranchRequisites>)
