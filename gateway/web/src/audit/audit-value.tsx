import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import i18next, { type TFunction } from 'i18next'
import { useAllCustom, type CustomResource } from '../api/custom-fields.ts'
import { useDepartments, useNames, type Names } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import { FieldValue } from '../card/field-value.tsx'
import { allFields } from '../card/fields.ts'
import { CustomValue } from '../custom/custom-value.tsx'
import { wordsKey } from '../filters/catalogue.ts'
import { date, dateTime, languageName, money, number, phone, type Money } from '../lib/format.ts'
import { usePipelines } from '../sales/queries.ts'
import { isUuid } from '../lib/uuid.ts'
import { keptValue } from './plain.ts'
import { RecordLink } from './record-link.tsx'
import { heldBy, type RecordNames } from './record-names.ts'

const EMPLOYEE = /^(owner|responsible|employee|head|actor)Id$/
const DAY = /^\d{4}-\d\d-\d\d$/
const MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const PHONE = /^\+\d{9,15}$/
/** Lists whose editor in the card says more than their parts in a row. */
const shownByCard = new Set(['channels', 'addresses', 'accounts', 'caretakers', 'interests', 'roles'])

type Around = { section: string; t: TFunction; names: Names; place: (field: string, id: string) => string | undefined }

const isMoney = (value: object): value is Money => 'amount' in value && 'currency' in value

/** A value that has no editor of its own here, as text: what it is by its form, its parts in a row. */
function textOf(value: unknown, field: string, around: Around): string {
  const { section, t, names, place } = around
  if (value === undefined || value === null || value === '') return ''
  if (typeof value === 'boolean') return t(value ? 'ui.yes' : 'ui.no')
  if (typeof value === 'number') return number(value)
  if (Array.isArray(value)) return value.map((one) => textOf(one, field, around)).filter(Boolean).join(', ')
  if (typeof value === 'object') return isMoney(value) ? money(value) : Object.entries(value).map(([name, one]) => textOf(one, name, around)).filter(Boolean).join(' · ')
  const text = String(value)
  const words = wordsKey(section, field)
  if (words !== '' && i18next.exists(`${words}.${text}`)) return t(`${words}.${text}`)
  if (EMPLOYEE.test(field) || field === 'employeeIds' || field === 'members') return names.person(text) ?? t('audit.hiddenName')
  if (isUuid(text)) return place(field, text) ?? t('audit.hiddenName')
  if (DAY.test(text)) return date(`${text}T00:00`)
  if (MOMENT.test(text)) return dateTime(text)
  if (field === 'language') return languageName(text)
  return PHONE.test(text) ? phone(text) : text
}

type Props = { section: string; field: string; json: string; recordId: string; recordName: RecordNames }

/** A value of a change as the card shows it. Empty is a dash. */
export function AuditValue({ section, field, json, recordId, recordName }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  const can = useCan()
  const { fields } = useAllCustom(section as CustomResource)
  const { pipelines } = usePipelines(can('pipelines'))
  const departments = useDepartments().data ?? []
  if (json === '') return <>—</>
  const kept = keptValue(json)
  if ('cut' in kept) return <>{t('audit.value.cut', { text: kept.cut })}</>
  const { value } = kept
  const custom = fields.find(({ name }) => `custom.${name}` === field)
  if (custom?.kind === 'file') return <bdi>{(value as { name?: string }).name}</bdi>
  const held = custom?.kind === 'link' && custom.linkTo === 'counterparties' ? 'counterparties' : heldBy(field)
  if (held !== undefined && typeof value === 'string') return <Held section={held} id={value} name={recordName(held, value)} none={t('audit.hiddenName')} />
  if (custom) return <CustomValue field={custom} value={value} recordId={recordId} />
  const cardField = section === 'counterparties' || section === 'contact-persons' ? allFields.find(({ name, kind }) => name === field && shownByCard.has(kind)) : undefined
  if (cardField) return <FieldValue field={cardField} value={value as never} />
  const place = (of: string, id: string): string | undefined =>
    names.branch(id) ?? (of === 'departmentId' ? departments.find((one) => one.id === id)?.name : undefined)
    ?? pipelines.find((one) => one.id === id)?.name ?? pipelines.flatMap(({ stages }) => stages).find((one) => one.id === id)?.name ?? recordName(section, id)
  return <>{textOf(value, field, { section, t, names, place }) || '—'}</>
}

function Held({ section, id, name, none }: { section: string; id: string; name: string | undefined; none: string }): ReactNode {
  return name === undefined ? <span className="muted">{none}</span> : <RecordLink section={section} id={id}>{name}</RecordLink>
}
