import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MultiSelect, Select, Textarea, TextInput } from '@mantine/core'
import { labelOf } from '../api/custom-fields.ts'
import { useRecord } from '../api/records.ts'
import type { Counterparty, CustomField } from '../api/types.ts'
import { BranchSelect } from '../ui/branch-select.tsx'
import { currenciesWith } from '../lib/currencies.ts'
import { DateField } from '../ui/date-field.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { PartySelect } from '../ui/party-select.tsx'
import { FileInput, type FileValue } from './file-input.tsx'

type Props = { field: CustomField; value: unknown; onChange: (value: unknown) => void; error: string | undefined }

const bare = (text: string): string => text.replace(/[\s\u00a0\u202f]/g, '').replace(',', '.')

/** A number while it is being typed: "12," is none yet, and is sent as it is, so that the server names the field. */
function NumberField({ label, value, onChange, error, required }: { label: string; value: unknown; onChange: (value: unknown) => void; error: string | undefined; required: boolean }) {
  const [text, setText] = useState(value === undefined || value === null ? '' : String(value).replace('.', ','))
  const write = (next: string) => {
    setText(next)
    const figure = bare(next)
    onChange(figure === '' ? null : /^-?\d+(\.\d+)?$/.test(figure) ? Number(figure) : next)
  }
  return <TextInput label={label} required={required} inputMode="decimal" value={text} onChange={(event) => write(event.currentTarget.value)} error={error} />
}

function MoneyField({ label, value, onChange, error, required }: { label: string; value: unknown; onChange: (value: unknown) => void; error: string | undefined; required: boolean }) {
  const { t } = useTranslation()
  const { amount = '', currency = 'UAH' } = (value ?? {}) as { amount?: string; currency?: string }
  const write = (sum: string, of: string) => onChange(sum === '' ? null : { amount: sum, currency: of })
  return (
    <div className="custom-money">
      <TextInput label={label} required={required} inputMode="decimal" value={amount} onChange={(event) => write(bare(event.currentTarget.value), currency)} error={error} />
      <Select label={t('filters.currency')} data={currenciesWith(currency)} value={currency} onChange={(next) => write(amount, next ?? currency)} allowDeselect={false} />
    </div>
  )
}

function PartyField({ label, value, onChange, error, required }: { label: string; value: string | undefined; onChange: (value: unknown) => void; error: string | undefined; required: boolean }) {
  const party = useRecord<Counterparty>('counterparties', value).data
  const chosen = value ? { id: value, name: party?.displayName ?? value } : undefined
  return <PartySelect label={label} required={required} value={chosen} onChange={(next) => onChange(next?.id ?? null)} error={error} />
}

/** The editor of a custom field, chosen by its kind. Empty is null, which takes the value away. */
export function CustomInput({ field, value, onChange, error }: Props) {
  const { t } = useTranslation()
  const common = { label: labelOf(field), required: field.required, error }
  const text = typeof value === 'string' ? value : ''
  const options = field.options.filter((one) => !one.archived || one.word === value || (Array.isArray(value) && value.includes(one.word))).map((one) => ({ value: one.word, label: labelOf(one) }))
  switch (field.kind) {
    case 'file': return <FileInput field={field} value={value as FileValue | undefined} onChange={onChange} error={error} />
    case 'number': return <NumberField {...common} value={value} onChange={onChange} />
    case 'money': return <MoneyField {...common} value={value} onChange={onChange} />
    case 'date': return <DateField label={common.label} value={text} onChange={(day) => onChange(day || null)} error={error} />
    case 'choice': return <Select {...common} data={options} value={text || null} onChange={onChange} searchable clearable={!field.required} nothingFoundMessage={t('ui.nothingFound')} />
    case 'choices': return <MultiSelect {...common} data={options} value={(value as string[] | undefined) ?? []} onChange={(words) => onChange(words.length > 0 ? words : null)} searchable clearable nothingFoundMessage={t('ui.nothingFound')} />
    case 'flag':
      // Three states: nobody has said, yes, no.
      return <Select {...common} data={[{ value: 'true', label: t('ui.yes') }, { value: 'false', label: t('ui.no') }]} value={typeof value === 'boolean' ? String(value) : null} onChange={(next) => onChange(next === null ? null : next === 'true')} clearable={!field.required} />
    case 'link':
      if (field.linkTo === 'counterparties') return <PartyField {...common} value={text || undefined} onChange={onChange} />
      return field.linkTo === 'employees'
        ? <EmployeeSelect {...common} value={text || undefined} onChange={(id) => onChange(id ?? null)} />
        : <BranchSelect {...common} value={text || undefined} onChange={(id) => onChange(id ?? null)} />
    default:
      return <Textarea {...common} autosize minRows={1} maxRows={8} value={text} onChange={(event) => onChange(event.currentTarget.value || null)} />
  }
}
