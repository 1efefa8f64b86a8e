import { useTranslation } from 'react-i18next'
import { MultiSelect, TagsInput, Textarea, TextInput } from '@mantine/core'
import { fieldError } from '../api/error-text.ts'
import type { Address, BankAccount, Caretaker, Channel, Counterparty, Interest } from '../api/types.ts'
import { roleWords } from '../parties/use-party-filters.ts'
import { BranchSelect } from '../ui/branch-select.tsx'
import { DateField } from '../ui/date-field.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { LanguageSelect } from '../ui/language-select.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { ChannelsInput } from './channels-input.tsx'
import { AccountsInput, AddressesInput, CaretakersInput, InterestsInput } from './facts-inputs.tsx'
import type { CardField } from './fields.ts'

type Value = Counterparty[CardField['name']] | undefined
type Props = { field: CardField; value: Value; onChange: (value: Value) => void; /** Of the save, if it failed. */ failure: unknown }

/** The editor of one field, chosen by its kind. */
export function FieldInput({ field, value, onChange, failure }: Props) {
  const { t } = useTranslation()
  const error = fieldError(failure, field.name)
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
      return <NumberField label={label} min={0} max={100_000_000} hideControls value={(value as number) || ''} onChange={(next) => onChange(Number(next) || 0)} error={error} />
    case 'date': return <DateField label={label} value={(value as string) ?? ''} onChange={onChange} error={error} />
    case 'language': return <LanguageSelect label={label} value={(value as string) ?? ''} onChange={onChange} error={error} />
    case 'area': return <Textarea label={label} autosize minRows={2} value={(value as string) ?? ''} onChange={(event) => onChange(event.currentTarget.value)} error={error} />
    case 'channels': return <ChannelsInput value={(value as Channel[]) ?? []} onChange={onChange} error={failure} />
    case 'addresses': return <AddressesInput label={label} value={(value as Address[]) ?? []} onChange={onChange} error={error} />
    case 'accounts': return <AccountsInput label={label} value={(value as BankAccount[]) ?? []} onChange={onChange} error={error} />
    case 'caretakers': return <CaretakersInput label={label} value={(value as Caretaker[]) ?? []} onChange={onChange} error={error} />
    case 'interests': return <InterestsInput label={label} value={(value as Interest[]) ?? []} onChange={onChange} error={error} />
    default: return <TextInput label={label} value={(value as string) ?? ''} onChange={(event) => onChange(event.currentTarget.value)} error={error} />
  }
}
