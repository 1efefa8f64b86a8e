import type { TFunction } from 'i18next'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { labelOf, useCustomFields, type CustomResource } from '../api/custom-fields.ts'
import { ruleText } from '../api/error-text.ts'
import type { CustomField } from '../api/types.ts'

type Refused = { column: string; rule: string; description: string; field?: string }

/** Custom fields of whose records the rows of a kind bring. */
const RESOURCES: Record<string, CustomResource> = { counterparty: 'counterparties', 'contact-person': 'contact-persons', opportunity: 'opportunities' }

/** Where the words of lists that a file may bring have their names. */
const LISTS: Record<string, string> = { kind: 'words.partyKind', roles: 'words.role', decisionRole: 'words.decision', state: 'words.opportunityState' }

/** A field of an import in words: `address.legal.city` is "Юридична адреса: місто", `person.phone` "Контактна особа: Телефон". */
function fieldText(field: string, t: TFunction): string {
  const address = /^address(?:\.(\w+))?\.(\w+)$/.exec(field)
  if (address) return `${t(`imports.addressKind.${address[1] ?? 'any'}`)}: ${t(`imports.addressPart.${address[2]}`)}`
  if (i18next.exists(`imports.fieldName.${field}`)) return t(`imports.fieldName.${field}`)
  return t(`parties.${field}`, { defaultValue: field })
}

/** Who has a value that no two records may have: a row of the file, a record, or one that the reader may not see. */
function takenText({ rule, description }: Refused, t: TFunction): string | undefined {
  if (rule !== 'unique' && rule !== 'taken') return undefined
  const line = /^row (\d+) of the file has it$/.exec(description)?.[1]
  if (line !== undefined) return t('imports.takenByRow', { line })
  const name = /^is taken by (.+?)(?: \([0-9a-f-]{36}\))?$/.exec(description)?.[1]
  if (name === undefined) return undefined
  return name.startsWith('another record,') ? t('imports.takenUnseen') : t('imports.takenBy', { name })
}

/** What an import of a kind says, in the words of the reader: its fields, values of lists and options, and reasons. */
export function useImportWords(kind: string) {
  const { t } = useTranslation()
  const customs = useCustomFields()
  const customOf = (field: string): CustomField | undefined => {
    const [resource, name] = field.startsWith('person.') ? ['contact-persons', field.slice('person.'.length)] : [RESOURCES[kind], field]
    return customs.find((one) => one.resource === resource && `custom.${one.name}` === name)
  }
  const labelOfField = (field: string): string => {
    const custom = customOf(field)
    const bare = field.startsWith('person.') ? field.slice('person.'.length) : field
    if (field === 'counterparty' && kind === 'contact-person') return t('imports.organisationName')
    const label = (custom && labelOf(custom)) || fieldText(bare, t)
    if (field === 'person.displayName') return t('imports.personFullName')
    return field.startsWith('person.') ? t('imports.ofPerson', { field: label }) : label
  }
  const nameOf = (word: string, field: string): string => {
    const option = customOf(field)?.options.find((one) => one.word === word)
    const list = LISTS[field.replace(/^person\./, '')]
    return (option && labelOf(option)) || (list === undefined ? word : t(`${list}.${word}`, { defaultValue: word }))
  }
  /** Words of the service as people read them, and as a file may have them; any other value stays as it is. */
  const wordsText = (words: string, field: string): string =>
    LISTS[field.replace(/^person\./, '')] === undefined && (customOf(field)?.options ?? []).length === 0 ? words : words.split(/, |;/).map((word) => nameOf(word, field)).join(', ')
  /** Why a row is refused, with the words that would do: the file has no list to choose from. */
  const reasonText = (one: Refused): string => {
    const words = one.rule === 'choice' ? /\bof (.+)$/.exec(one.description)?.[1] : undefined
    if (words !== undefined) return `${t('imports.oneOf')}: ${wordsText(words, one.field ?? '')}`
    const taken = takenText(one, t)
    if (taken !== undefined) return taken
    const [, row, head] = (one.rule === 'columns' && /has (\d+) columns, the head has (\d+)/.exec(one.description)) || []
    return row === undefined ? ruleText(one) : t('imports.widthDiffers', { row, head })
  }
  return { labelOfField, wordsText, reasonText }
}
