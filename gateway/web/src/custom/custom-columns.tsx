import { useMemo } from 'react'
import { labelOf, useCustom, type CustomResource, type CustomValues } from '../api/custom-fields.ts'
import type { GridColumn } from '../ui/data-grid.tsx'
import { CustomValue } from './custom-value.tsx'

const SORTED = new Set(['text', 'number', 'money', 'date'])
const WIDTHS: Record<string, number> = { number: 110, money: 130, date: 112, flag: 90, file: 180 }

/** A column for each custom field; like any other it can be switched off. */
export function useCustomColumns<T extends { id: string; custom?: CustomValues | undefined }>(resource: CustomResource): GridColumn<T>[] {
  const { fields } = useCustom(resource)
  return useMemo(
    () =>
      fields.map((field, at): GridColumn<T> => ({
        id: `custom.${field.name}`,
        head: '',
        title: labelOf(field),
        width: WIDTHS[field.kind] ?? 150,
        right: field.kind === 'number' || field.kind === 'money',
        // The first to go where there is no room.
        spare: -1 - at,
        ...(field.filterable && SORTED.has(field.kind) ? { order: `custom.${field.name}` } : {}),
        cell: (row) => <span className="soft cut"><CustomValue field={field} value={row.custom?.[field.name]} recordId={row.id} short /></span>,
      })),
    [fields],
  )
}
