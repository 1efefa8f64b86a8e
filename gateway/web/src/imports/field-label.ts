import type { TFunction } from 'i18next'
import i18next from 'i18next'

/** A field of an import in words: `address.legal.city` is "Юридична адреса: місто", `person.phone` "Контактна особа: Телефон". */
export function fieldLabel(field: string, t: TFunction): string {
  if (field === 'person.displayName') return t('imports.ofPerson', { field: t('persons.displayName') })
  if (field.startsWith('person.')) return t('imports.ofPerson', { field: fieldLabel(field.slice('person.'.length), t) })
  const address = /^address(?:\.(\w+))?\.(\w+)$/.exec(field)
  if (address) return `${t(`imports.addressKind.${address[1] ?? 'any'}`)}: ${t(`imports.addressPart.${address[2]}`)}`
  if (i18next.exists(`imports.fieldName.${field}`)) return t(`imports.fieldName.${field}`)
  return t(`parties.${field}`, { defaultValue: field })
}
