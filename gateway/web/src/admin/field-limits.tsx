import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import i18next from 'i18next'
import { MultiSelect, Select } from '@mantine/core'
import { IconEyeOff, IconLock, IconPlus, IconTrash } from '@tabler/icons-react'
import { useCustomLabels } from '../api/custom-fields.ts'
import type { FieldLimit, Section } from '../api/types.ts'
import { endOf, startOf } from '../lib/day.ts'
import { dateTime } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { DateField } from '../ui/date-field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { IconButton } from '../ui/icon-button.tsx'

type Props = { sections: Section[]; limits: FieldLimit[]; may: boolean; onChange: (limits: FieldLimit[]) => void }

const kinds = ['hide', 'read-only'] as const

/** A field as the filters call it, as only rights or the audit log know it, or as who added it did. */
export function useFieldName(): (section: string, field: string) => string {
  const { t } = useTranslation()
  const labels = useCustomLabels()
  return (section, field) => labels(section, field) ?? t([`rights.field.${field}`, `filters.field.${field}`, `audit.field.${field}`].find((key) => i18next.exists(key)) ?? `filters.field.${field}`, { defaultValue: field })
}

function LimitForm({ sections, onClose, onDone }: { sections: Section[]; onClose: () => void; onDone: (limits: FieldLimit[]) => void }) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const [section, setSection] = useState(sections[0]?.name ?? '')
  const [fields, setFields] = useState<string[]>([])
  const [limit, setLimit] = useState<(typeof kinds)[number]>('hide')
  const [yields, setYields] = useState(false)
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const known = (sections.find((one) => one.name === section)?.fields ?? []).filter((field) => limit !== 'hide' || field.hideable)
  const chosen = fields.filter((field) => known.some((one) => one.name === field))
  const submit = () => onDone(chosen.map((field) => ({ section, field, limit, yields, fromTime: startOf(from), untilTime: endOf(until) }) as FieldLimit))
  return (
    <FormDialog title={t('rights.addLimit')} submit={t('rights.addLimit')} onClose={onClose} onSubmit={() => chosen.length > 0 && submit()} busy={false} size={480}>
      <Select label={t('rights.section')} data={sections.map((one) => ({ value: one.name, label: t(`words.section.${one.name}`, { defaultValue: one.name }) }))} value={section} onChange={(next) => { setSection(next ?? ''); setFields([]) }} allowDeselect={false} />
      <Select label={t('rights.limitKind')} data={kinds.map((one) => ({ value: one, label: t(`rights.limit.${one}`) }))} value={limit} onChange={(next) => setLimit((next ?? 'hide') as (typeof kinds)[number])} allowDeselect={false} />
      <div className="w2">
        <MultiSelect data-autofocus label={t('rights.whichFields')} data={known.map(({ name }) => ({ value: name, label: nameOf(section, name) }))} value={chosen} onChange={setFields} searchable nothingFoundMessage={t('ui.nothingFound')} />
      </div>
      <DateField label={t('rights.from')} value={from} onChange={setFrom} />
      <DateField label={t('rights.until')} value={until} onChange={setUntil} error={from !== '' && until !== '' && until < from ? t('rights.untilBeforeFrom') : undefined} />
      <label className="check-line w2">
        <input type="checkbox" checked={yields} onChange={(event) => setYields(event.currentTarget.checked)} /> {t('rights.yields')}
      </label>
    </FormDialog>
  )
}

/** What a group takes away of fields, section by section. */
export function FieldLimits({ sections, limits, may, onChange }: Props) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const [adding, setAdding] = useState(false)
  const withFields = sections.filter((section) => section.fields.length > 0)
  const grouped = withFields.filter((section) => limits.some((limit) => limit.section === section.name))
  return (
    <section className="special" aria-label={t('rights.fields')}>
      <div className="row">
        <h3 className="grow">{t('rights.fields')}</h3>
        {may && withFields.length > 0 ? <Button size="sm" icon={IconPlus} onClick={() => setAdding(true)}>{t('rights.addLimit')}</Button> : null}
      </div>
      {limits.length === 0 ? <p className="meta">{t('rights.noLimits')}</p> : null}
      {grouped.map((section) => (
        <div key={section.name}>
          <h4>{t(`words.section.${section.name}`, { defaultValue: section.name })}</h4>
          <ul>
            {limits.map((limit, at) => limit.section === section.name ? (
              <li key={at} className="row">
                <Icon of={limit.limit === 'hide' ? IconEyeOff : IconLock} size={14} className="muted" />
                <span className="grow">
                  <b>{nameOf(limit.section, limit.field)}</b>: {t(`rights.limit.${limit.limit}`)}
                  <span className="meta"> {[limit.yields && t('rights.yieldsShort'), limit.fromTime && t('rights.ground.from', { time: dateTime(limit.fromTime) }), limit.untilTime && t('rights.ground.until', { time: dateTime(limit.untilTime) })].filter(Boolean).join(', ')}</span>
                </span>
                {may ? <IconButton icon={IconTrash} size="sm" label={t('rights.removeLimit', { name: nameOf(limit.section, limit.field) })} onClick={() => onChange(limits.filter((_limit, index) => index !== at))} /> : null}
              </li>
            ) : null)}
          </ul>
        </div>
      ))}
      {adding ? <LimitForm sections={withFields} onClose={() => setAdding(false)} onDone={(more) => { setAdding(false); onChange([...limits, ...more]) }} /> : null}
    </section>
  )
}
