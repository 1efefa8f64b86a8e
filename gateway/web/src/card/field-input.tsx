import { useTranslation } from 'react-i18next'
import { MultiSelect, TagsInput, Textarea, TextInput } from '@mantine/core'
import type { Address, Channel, Counterparty } from '../api/types.ts'
import { roleWords } from '../parties/use-party-filters.ts'
import { BranchSelect } from '../ui/branch-select.tsx'
import { DateField } from '../ui/date-field.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { ChannelsInput } from './channels-input.tsx'
import type { CardField } from './fields.ts'

type Value = Counterparty[CardField['name']] | undefined
type Props = { field: CardField; value: Value; onChange: (value: Value) => void; error: string | undefined }

const emptyAddress = { kind: 'actual', country: '', postcode: '', region: '', city: '', street: '' } as Address

function AddressInput({ label, value, onChange, error }: { label: string; value: Address[]; onChange: (value: Address[]) => void; error: string | undefined }) {
  const { t } = useTranslation()
  const first = value[0] ?? emptyAddress
  const change = (patch: Partial<Address>) => onChange([{ ...first, ...patch }, ...value.slice(1)])
  return (
    <fieldset className="group-field">
      <legend>{label}</legend>
      <TextInput label={t('parties.postcode')} value={first.postcode} onChange={(event) => change({ postcode: event.currentTarget.value })} />
      <TextInput label={t('parties.city')} value={first.city} onChange={(event) => change({ city: event.currentTarget.value })} />
      <TextInput label={t('parties.street')} value={first.street} onChange={(event) => change({ street: event.currentTarget.value })} error={error} />
    </fieldset>
  )
}

/** The editor of one field, chosen by its kind. */
export function FieldInput({ field, value, onChange, error }: Props) {
  const { t } = useTranslation()
  const label = t(`parties.${field.name}`)
  switch (field.kind) {
    case 'employee': return <EmployeeSelect label={label} value={value as string | undefined} onChange={onChange} error={error} />
    case 'branch': return <BranchSelect label={label} value={value as string | undefined} onChange={onChange} error={error} />
    case 'roles':
      return <MultiSelect label={label} data={roleWords.map((word) => ({ value: word, label: t(`words.role.${word}`) }))} value={(value as string[]) ?? []} onChange={(next) => onChange(next as Counterparty['roles'])} error={error} />
    case 'tags': return <TagsInput label={label} value={(value as string[]) ?? []} onChange={onChange} error={error} />
    case 'flag':
      return (
        <label className="check-line">
          <input type="checkbox" checked={Boolean(value)} onChange={(event) => onChange(event.currentTarget.checked)} /> {label}
        </label>
      )
    case 'number':
      return <TextInput inputMode="numeric" label={label} value={value ? String(value) : ''} onChange={(event) => onChange(Number(event.currentTarget.value.replace(/\D/g, '')) || 0)} error={error} />
    case 'date': return <DateField label={label} value={(value as string) ?? ''} onChange={onChange} error={error} />
    case 'area': return <Textarea label={label} autosize minRows={2} value={(value as string) ?? ''} onChange={(event) => onChange(event.currentTarget.value)} error={error} />
    case 'channels': return <ChannelsInput value={(value as Channel[]) ?? []} onChange={onChange} error={error} />
    case 'addresses': return <AddressInput label={label} value={(value as Address[]) ?? []} onChange={onChange} error={error} />
    case 'accounts': {
      const [first, ...rest] = (value as Counterparty['bankAccounts']) ?? []
      const put = (text: string) => onChange(text ? [{ ...(first ?? { bankName: '', currency: '' }), iban: text.replace(/\s/g, '').toUpperCase() }, ...rest] : rest)
      return <TextInput label={label} value={first?.iban ?? ''} onChange={(event) => put(event.currentTarget.value)} error={error} />
    }
    default: return <TextInput label={label} value={(value as string) ?? ''} onChange={(event) => onChange(event.currentTarget.value)} error={error} />
  }
}
