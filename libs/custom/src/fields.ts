import type { CustomField, RightsData, RightsStore } from '@vitrylo/auth'

/** Kinds of records that can have custom fields, as in the paths of their lists. */
export const RESOURCES = ['counterparties', 'contact-persons', 'opportunities', 'requests'] as const
export type Resource = (typeof RESOURCES)[number]

/** What a record holds, by the names of the fields. Absent is absent: neither null nor an empty text stands in it. */
export type CustomValues = Readonly<Record<string, unknown>>

const NONE: readonly CustomField[] = []

/** All fields of a resource, archived ones too, in the order of forms. */
export const fieldsOf = ({ customFields }: RightsData, resource: Resource): readonly CustomField[] => customFields.get(resource) ?? NONE

/** Fields that can be written. */
export const livingFields = (data: RightsData, resource: Resource): CustomField[] => fieldsOf(data, resource).filter(({ archived }) => !archived)

/**
 * The same as of now: who names a field that this process does not know may have set it up a moment ago, and the copy
 * in memory is up to a second old.
 */
export async function currentFields(rights: RightsStore, resource: Resource, given: object | undefined): Promise<readonly CustomField[]> {
  const knows = () => {
    const names = new Set(fieldsOf(rights.data(), resource).map(({ name }) => name))
    return Object.keys(given ?? {}).every((name) => names.has(name))
  }
  if (!knows()) await rights.refresh()
  return fieldsOf(rights.data(), resource)
}
