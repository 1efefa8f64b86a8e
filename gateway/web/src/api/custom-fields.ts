import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import i18next from 'i18next'
import { fieldRightsOf, useMe } from './me.ts'
import { allPages } from './records.ts'
import type { CustomField, CustomSection } from './types.ts'

export type CustomResource = 'counterparties' | 'contact-persons' | 'opportunities' | 'requests'
export type CustomValues = Record<string, unknown>

// A field that an administrator adds is on every open page soon, without anybody reading the page anew.
const fresh = 20_000

const all = <T>(path: string, plural: string) => ({
  queryKey: [path, 'all'],
  queryFn: ({ signal }: { signal: AbortSignal }) => allPages<T>(path, plural, signal),
  staleTime: fresh,
  refetchInterval: 60_000,
})

const none: never[] = []

/** Every custom field and section of a resource, archived ones too, in the order of forms. */
export function useAllCustom(resource: CustomResource | undefined) {
  const fields = useQuery(all<CustomField>('custom-fields', 'customFields'))
  const sections = useQuery(all<CustomSection>('custom-sections', 'customSections'))
  return useMemo(() => {
    const of = <T extends { resource: string; position: number; name: string }>(rows: T[]) =>
      rows.filter((one) => one.resource === resource).sort((a, b) => a.position - b.position || (a.name < b.name ? -1 : 1))
    return { fields: of(fields.data ?? none), sections: of(sections.data ?? none), isPending: fields.isPending || sections.isPending, error: fields.error ?? sections.error }
  }, [fields.data, sections.data, fields.isPending, sections.isPending, fields.error, sections.error, resource])
}

/** Of all resources, archived ones too. */
export const useCustomFields = (): readonly CustomField[] => useQuery(all<CustomField>('custom-fields', 'customFields')).data ?? none

/** How people call `custom.contract_no` of a section; undefined for what is no custom field. */
export function useCustomLabels(): (section: string, field: string) => string | undefined {
  const fields = useCustomFields()
  return (section, field) => {
    const found = fields.find((one) => one.resource === section && `custom.${one.name}` === field)
    return found && labelOf(found)
  }
}

/** Those that people fill in. */
export function useCustom(resource: CustomResource | undefined) {
  const { fields, sections, isPending } = useAllCustom(resource)
  const me = useMe()
  return useMemo(
    () => ({ fields: fields.filter((one) => !one.archived && fieldRightsOf(me, resource ?? '').shown(`custom.${one.name}`)), sections: sections.filter((one) => !one.archived), isPending }),
    [fields, sections, isPending, me, resource],
  )
}

/** A label in the language of the page. */
export const labelOf = ({ label }: { label?: { uk: string; en: string } | undefined }): string => (i18next.language === 'en' ? label?.en : label?.uk) ?? ''
