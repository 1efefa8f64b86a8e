import { useTranslation } from 'react-i18next'
import { Select, TextInput } from '@mantine/core'
import type { Literal } from '@vitrylo/lists/syntax.ts'
import { useNames } from '../api/directory.ts'
import { useRecord } from '../api/records.ts'
import type { Counterparty } from '../api/types.ts'
import { useConsentPurposes } from '../consents/purposes.ts'
import { useRelationKinds } from '../relations/kinds.ts'
import { usePipelines } from '../sales/queries.ts'
import { currenciesWith } from '../lib/currencies.ts'
import { DateField } from '../ui/date-field.tsx'
import { NumberField } from '../ui/number-field.tsx'
import { PartySelect } from '../ui/party-select.tsx'
import type { ShownFacts } from './catalogue.ts'

type Props = { label: string; field: ShownFacts; words: string; /** Values that mean the same whoever asks and whenever. */ fixed: boolean; value: Literal; onChange: (value: Literal) => void }

const quoted = (text: string): Literal => ({ text, quoted: text !== '' })
const bare = (text: string): Literal => ({ text, quoted: false })

/** The value of a condition, by the type of its field. */
export function ValueInput(props: Props) {
  const { t } = useTranslation()
  const { label, field: { type, words, reference }, value, onChange } = props
  if (words !== undefined) {
    const data = words.map((word) => ({ value: word, label: props.field.wordLabels?.[word] ?? t(`${props.words}.${word}`, { defaultValue: word }) }))
    return <Choice label={label} data={data} value={value.text} onChange={(word) => onChange(bare(word))} />
  }
  if (type === 'boolean') {
    return <Choice label={label} data={[{ value: 'true', label: t('ui.yes') }, { value: 'false', label: t('ui.no') }]} value={value.text} onChange={(word) => onChange(bare(word))} />
  }
  if (type === 'date' && props.fixed) return <DateField label={label} value={value.text} onChange={(day) => onChange(bare(day))} />
  if (type === 'time' || type === 'date') return <DayInput {...props} />
  if (type === 'money') return <MoneyInput {...props} />
  if (type === 'uuid' && reference !== undefined) return <RecordInput {...props} reference={reference} />
  const isNumber = type === 'number'
  return (
    <TextInput label={label} value={value.text} inputMode={isNumber ? 'decimal' : 'text'} onChange={(event) => onChange(isNumber ? bare(event.currentTarget.value.replace(',', '.')) : quoted(event.currentTarget.value))} />
  )
}

type ChoiceProps = { label: string; data: { value: string; label: string }[]; value: string; onChange: (value: string) => void }

/** A choice that also shows a value which is not among the offered ones. */
function Choice({ label, data, value, onChange }: ChoiceProps) {
  const { t } = useTranslation()
  const all = value === '' || data.some((one) => one.value === value) ? data : [...data, { value, label: value }]
  return <Select label={label} data={all} value={value || null} onChange={(next) => onChange(next ?? '')} searchable allowDeselect={false} nothingFoundMessage={t('ui.nothingFound')} />
}

function RecordInput({ label, reference, fixed, value, onChange }: Props & { reference: string }) {
  const { t } = useTranslation()
  const names = useNames()
  if (reference === 'counterparties') return <PartyInput label={label} value={value.text} onChange={(id) => onChange(quoted(id))} />
  if (reference === 'pipelines' || reference === 'stages') return <StageInput label={label} isStage={reference === 'stages'} value={value.text} onChange={(id) => onChange(quoted(id))} />
  if (reference === 'relation-kinds') return <KindInput label={label} value={value.text} onChange={(id) => onChange(quoted(id))} />
  if (reference === 'consent-purposes') return <PurposeInput label={label} value={value.text} onChange={(id) => onChange(quoted(id))} />
  const people = [...(fixed ? [] : [{ value: 'me', label: t('filters.me') }]), ...names.employees.map((one) => ({ value: one.id, label: one.displayName }))]
  const data = reference === 'employees' ? people : names.branches.map((one) => ({ value: one.id, label: one.name }))
  return <Choice label={label} data={data} value={value.text} onChange={(id) => onChange(id === 'me' ? bare(id) : quoted(id))} />
}

type IdProps = { label: string; value: string; onChange: (id: string) => void }

function PartyInput({ label, value, onChange }: IdProps) {
  const party = useRecord<Counterparty>('counterparties', value || undefined).data
  const chosen = value ? { id: value, name: party?.displayName ?? value } : undefined
  return <PartySelect label={label} value={chosen} onChange={(next) => onChange(next?.id ?? '')} />
}

function StageInput({ label, isStage, value, onChange }: IdProps & { isStage: boolean }) {
  const { pipelines } = usePipelines()
  const stages = pipelines.flatMap((pipeline) => pipeline.stages.map((stage) => ({ value: stage.id ?? '', label: pipelines.length > 1 ? `${pipeline.name}: ${stage.name}` : stage.name })))
  return <Choice label={label} data={isStage ? stages : pipelines.map(({ id, name }) => ({ value: id, label: name }))} value={value} onChange={onChange} />
}

function KindInput({ label, value, onChange }: IdProps) {
  const { kinds, nameOf } = useRelationKinds()
  const data = kinds.map((kind) => ({ value: kind.id, label: kind.symmetric ? nameOf(kind, 'from') : `${nameOf(kind, 'from')} / ${nameOf(kind, 'to')}` }))
  return <Choice label={label} data={data} value={value} onChange={onChange} />
}

function PurposeInput({ label, value, onChange }: IdProps) {
  const { purposes, language } = useConsentPurposes()
  return <Choice label={label} data={purposes.map((one) => ({ value: one.id, label: one.name?.[language] ?? '' }))} value={value} onChange={onChange} />
}

function MoneyInput({ label, value, onChange }: Props) {
  const { t } = useTranslation()
  const [, amount = '', currency = ''] = /^([^A-Z]*?) ?([A-Z]{3})?$/.exec(value.text) ?? []
  const write = (sum: string, of: string) => onChange(of === '' || sum === '' ? bare(sum) : quoted(`${sum} ${of}`))
  return (
    <div className="fb-two">
      <TextInput label={label} inputMode="decimal" value={amount} onChange={(event) => write(event.currentTarget.value.trim().replace(',', '.'), currency)} />
      <Select label={t('filters.currency')} data={[{ value: '', label: t('filters.anyCurrency') }, ...currenciesWith(currency)]} value={currency} onChange={(next) => write(amount, next ?? '')} allowDeselect={false} />
    </div>
  )
}

const PERIODS = ['today', 'yesterday', 'tomorrow', 'thisWeek', 'lastWeek', 'nextWeek', 'thisMonth', 'lastMonth', 'nextMonth', 'thisQuarter', 'lastQuarter', 'nextQuarter',
  'thisYear', 'lastYear', 'nextYear'] as const
const UNITS = ['d', 'w', 'm', 'y', 'h', 'min'] as const

function DayInput({ label, field, value, onChange }: Props) {
  const { t } = useTranslation()
  const distance = /^([+-])(\d{1,4})(d|w|m|y|h|min)$/.exec(value.text)
  const isDay = /^(\d{4}-\d\d-\d\d)?$/.test(value.text)
  const kind = distance === null ? (isDay ? 'day' : value.text) : distance[1] === '-' ? 'ago' : 'ahead'
  const choose = (next: string) => onChange(bare(next === 'day' ? '' : next === 'ago' ? '-30d' : next === 'ahead' ? '+7d' : next))
  const data = [
    { value: 'day', label: t('filters.when.day') }, { value: 'ago', label: t('filters.when.ago') }, { value: 'ahead', label: t('filters.when.ahead') },
    ...PERIODS.map((period) => ({ value: period as string, label: t(`filters.when.${period}`) })),
  ]
  const [, sign = '-', count = '', unit = 'd'] = distance ?? []
  const units = UNITS.filter((one) => field.type === 'time' || one.length === 1 && one !== 'h')
  return (
    <div className="fb-two">
      <Choice label={label} data={data} value={kind} onChange={choose} />
      {kind === 'day' ? <DateField label={t('filters.when.day')} value={value.text} onChange={(day) => onChange(bare(day))} /> : null}
      {distance === null ? null : (
        <>
          <NumberField label={t('filters.count')} min={0} max={9999} hideControls value={Number(count)} onChange={(next) => onChange(bare(`${sign}${Math.trunc(Number(next)) || 0}${unit}`))} />
          <Select label={t('filters.unitLabel')} data={units.map((one) => ({ value: one as string, label: t(`filters.unit.${one}`) }))} value={unit} onChange={(next) => onChange(bare(`${sign}${count}${next ?? 'd'}`))} allowDeselect={false} />
        </>
      )}
    </div>
  )
}
