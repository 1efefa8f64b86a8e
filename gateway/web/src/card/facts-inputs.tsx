import { useTranslation } from 'react-i18next'
import { Autocomplete, Select, TextInput } from '@mantine/core'
import type { Address, BankAccount, Caretaker, Interest } from '../api/types.ts'
import { DateField } from '../ui/date-field.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { RowsInput } from './rows-input.tsx'

type Props<T> = { label: string; value: T[]; onChange: (value: T[]) => void; error: string | undefined }

const addressKinds = ['legal', 'actual', 'delivery', 'postal'] as const

export function AddressesInput({ label, value, onChange, error }: Props<Address>) {
  const { t } = useTranslation()
  const kinds = addressKinds.map((kind) => ({ value: kind, label: t(`words.address.${kind}`) }))
  const text = (one: Address, change: (patch: Partial<Address>) => void, name: 'country' | 'postcode' | 'region' | 'city' | 'street') => (
    <TextInput label={t(`parties.${name}`)} value={one[name]} onChange={(event) => change({ [name]: name === 'country' ? event.currentTarget.value.toUpperCase().slice(0, 2) : event.currentTarget.value })} />
  )
  return (
    <RowsInput
      legend={label} add={t('parties.addAddress')} value={value} onChange={onChange} error={error}
      empty={(): Address => ({ kind: 'actual', country: '', postcode: '', region: '', city: '', street: '' })}
      row={(one, change) => (
        <>
          <Select label={t('parties.addressKind')} data={kinds} value={one.kind} onChange={(kind) => change({ kind: (kind ?? 'actual') as Address['kind'] })} allowDeselect={false} />
          {text(one, change, 'country')}
          {text(one, change, 'postcode')}
          {text(one, change, 'region')}
          {text(one, change, 'city')}
          {text(one, change, 'street')}
        </>
      )}
    />
  )
}

export function AccountsInput({ label, value, onChange, error }: Props<BankAccount>) {
  const { t } = useTranslation()
  return (
    <RowsInput
      legend={label} add={t('parties.addAccount')} value={value} onChange={onChange} error={error}
      empty={() => ({ iban: '', bankName: '', currency: '' })}
      row={(one, change) => (
        <>
          <div className="w2"><TextInput label="IBAN" value={one.iban} onChange={(event) => change({ iban: event.currentTarget.value.replace(/\s/g, '').toUpperCase() })} /></div>
          <TextInput label={t('parties.bankName')} value={one.bankName} onChange={(event) => change({ bankName: event.currentTarget.value })} />
          <TextInput label={t('parties.currency')} placeholder="UAH" value={one.currency} onChange={(event) => change({ currency: event.currentTarget.value.toUpperCase().slice(0, 3) })} />
        </>
      )}
    />
  )
}

export const matters = ['sales', 'service', 'accounting', 'logistics', 'legal'] as const

/** Who answers in which matter. A matter of the firm's own may be written as it is called. */
export function CaretakersInput({ label, value, onChange, error }: Props<Caretaker>) {
  const { t } = useTranslation()
  const words = Object.fromEntries(matters.map((word) => [word, t(`words.matter.${word}`)]))
  const wordOf = (text: string) => matters.find((word) => words[word] === text) ?? text
  return (
    <RowsInput
      legend={label} add={t('parties.addCaretaker')} value={value} onChange={onChange} error={error}
      empty={() => ({ purpose: '', employeeId: '' })}
      row={(one, change) => (
        <>
          <Autocomplete label={t('parties.matter')} data={Object.values(words)} value={words[one.purpose] ?? one.purpose} onChange={(text) => change({ purpose: wordOf(text) })} />
          <EmployeeSelect label={t('parties.responsible')} value={one.employeeId || undefined} onChange={(employeeId) => change({ employeeId: employeeId ?? '' })} />
        </>
      )}
    />
  )
}

export function InterestsInput({ label, value, onChange, error }: Props<Interest>) {
  const { t } = useTranslation()
  return (
    <RowsInput
      legend={label} add={t('parties.addInterest')} value={value} onChange={onChange} error={error}
      empty={() => ({ subject: '', fromDate: '', untilDate: '', note: '' })}
      row={(one, change) => (
        <>
          <div className="w2"><TextInput label={t('parties.interestSubject')} value={one.subject} onChange={(event) => change({ subject: event.currentTarget.value })} /></div>
          <DateField label={t('parties.interestFrom')} value={one.fromDate} onChange={(fromDate) => change({ fromDate })} />
          <DateField label={t('parties.interestUntil')} value={one.untilDate} onChange={(untilDate) => change({ untilDate })} />
          <div className="w2"><TextInput label={t('parties.note')} value={one.note} onChange={(event) => change({ note: event.currentTarget.value })} /></div>
        </>
      )}
    />
  )
}
