import { isMet } from '@vitrylo/lists/visible.ts'
import type { CustomField, CustomSection } from '../api/types.ts'

/** Fields that stand together: a section, or those of none. */
export type CustomGroup = { section: CustomSection | undefined; fields: CustomField[] }

const met = (condition: string, record: object): boolean => {
  try {
    return isMet(condition, record as Record<string, unknown>)
  } catch {
    // Written by a later release: better shown than lost.
    return true
  }
}

/** What a form shows for such a record, as the service judges it too: section by section, in their order. */
export function groupsOf(fields: readonly CustomField[], sections: readonly CustomSection[], record: object): CustomGroup[] {
  const visible = fields.filter((field) => met(field.visibleWhen, record))
  const known = new Set(sections.map(({ id }) => id))
  const own = sections.map((section) => ({ section, fields: met(section.visibleWhen, record) ? visible.filter(({ sectionId }) => sectionId === section.id) : [] }))
  const rest = { section: undefined, fields: visible.filter(({ sectionId }) => !sectionId || !known.has(sectionId)) }
  return [...own, rest].filter((group) => group.fields.length > 0)
}

export const isThere = (value: unknown): boolean => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
