import type { CustomField, RightsData } from '@vitrylo/auth'
import { customCells, fieldsOf, printCell, type Resource } from '@vitrylo/custom'
import type { CellKind, CellValue, Language, TableColumn, Words } from './table.ts'

type Holder = { custom?: Readonly<Record<string, unknown>> | undefined }

const KINDS: Partial<Record<CustomField['kind'], CellKind>> = { number: 'number', date: 'day' }
const CURRENCY: Words = { uk: 'валюта', en: 'currency' }
const FLAGS: Record<Language, { yes: string; no: string }> = { uk: { yes: 'так', no: 'ні' }, en: { yes: 'yes', no: 'no' } }

/** A column for each custom field that is not archived; of a sum another with its currency, so that the sums can be added. Links are left out: an id says nothing to people. */
export const customTable = <R extends Holder>(rights: RightsData, resource: Resource): TableColumn<R>[] =>
  customCells(fieldsOf(rights, resource)).filter(({ field }) => field.kind !== 'link').flatMap(({ name, field }): TableColumn<R>[] => {
    const valueIn = (record: R): unknown => record.custom?.[field.name]
    const { label: head } = field
    if (field.kind !== 'money') return [{ head, of: [name], kind: KINDS[field.kind] ?? 'text', value: (record, { language }) => cellOf(field, valueIn(record), language) }]
    const money = (record: R) => valueIn(record) as { amount: string; currency: string } | undefined
    return [
      { head, of: [name], kind: 'sum', value: (record) => money(record)?.amount },
      { head: { uk: `${head.uk}, ${CURRENCY.uk}`, en: `${head.en}, ${CURRENCY.en}` }, of: [name], width: 10, value: (record) => money(record)?.currency },
    ]
  })

function cellOf(field: CustomField, value: unknown, language: Language): CellValue {
  if (value === undefined || value === null) return undefined
  if (field.kind === 'number') return value as number
  if (field.kind === 'flag') return FLAGS[language][value === true ? 'yes' : 'no']
  if (field.kind === 'choice' || field.kind === 'choices') {
    const labelOf = (word: unknown): string => field.options.find((option) => option.word === word)?.label[language] ?? String(word)
    return [value].flat().map(labelOf).join(', ')
  }
  return printCell(value)
}
