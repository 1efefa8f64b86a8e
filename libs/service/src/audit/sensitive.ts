import type { RightsData } from '@vitrylo/auth'
import { contract } from '../validate.ts'

const known = new WeakMap<RightsData, Map<string, ReadonlySet<string> | undefined>>()

/** Sections whose records the contract describes; of others the audit keeps no values at all. */
const sensitiveByContract = (): Map<string, Set<string>> => {
  const found = new Map<string, Set<string>>()
  for (const { section, sensitive } of contract().contract.records.values()) {
    if (section === '') continue
    const names = found.get(section) ?? new Set()
    for (const name of sensitive) names.add(name)
    found.set(section, names)
  }
  return found
}
let byContract: Map<string, Set<string>> | undefined

/** Whether the contract marks the field by now: entries from before hold its values. */
export const isMarkedSensitive = (section: string, field: string): boolean => (byContract ??= sensitiveByContract()).get(section)?.has(field) === true

/**
 * Whether the audit keeps no values of a field: the contract or an administrator marked it, or it is limited for anybody.
 */
export function sensitivityOf(data: RightsData, section: string): (field: string) => boolean {
  let sections = known.get(data)
  if (sections === undefined) known.set(data, (sections = new Map()))
  if (!sections.has(section)) sections.set(section, namesOf(data, section))
  const names = sections.get(section)
  return (field) => names === undefined || names.has(field) || (field.startsWith('custom.') && names.has('custom'))
}

function namesOf(data: RightsData, section: string): ReadonlySet<string> | undefined {
  byContract ??= sensitiveByContract()
  const marked = byContract.get(section)
  if (marked === undefined) return undefined
  const limited = [...data.limits.values()].flat().filter((rule) => rule.section === section).map(({ field }) => field)
  return new Set([...marked, ...limited, ...watchedIn(data, section)])
}

/** Custom fields whose reading is recorded. */
export const watchedIn = (data: RightsData, section: string): string[] =>
  (data.customFields.get(section) ?? []).filter(({ sensitive }) => sensitive === true).map(({ name }) => `custom.${name}`)
