import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { labelOf } from '../api/custom-fields.ts'
import { useNames } from '../api/directory.ts'
import { useRecord } from '../api/records.ts'
import type { Counterparty, CustomField } from '../api/types.ts'
import { date, money, number, type Money } from '../lib/format.ts'
import { Person } from '../ui/person.tsx'
import type { FileValue } from './file-input.tsx'
import { FileLink } from './file-link.tsx'
import { isThere } from './visible.ts'

/** A value that a choice once had keeps its label, also when it is no longer offered. */
const optionText = (field: CustomField, word: unknown): string => {
  const option = field.options.find((one) => one.word === word)
  return option ? labelOf(option) : String(word)
}

function PartyLink({ id }: { id: string }) {
  const { t } = useTranslation()
  const party = useRecord<Counterparty>('counterparties', id)
  if (party.error) return <span className="muted">{t('ownFields.hiddenRecord')}</span>
  return <Link className="link" to="/counterparties/$id" params={{ id }}>{party.data?.displayName ?? '…'}</Link>
}

function LinkValue({ field, id }: { field: CustomField; id: string }) {
  const names = useNames()
  if (field.linkTo === 'counterparties') return <PartyLink id={id} />
  return field.linkTo === 'employees' ? <Person id={id} full /> : <>{names.branch(id) ?? '—'}</>
}

/** A value of a custom field as people read it. */
export function CustomValue({ field, value, recordId, short }: { field: CustomField; value: unknown; recordId: string; short?: boolean }) {
  const { t } = useTranslation()
  if (!isThere(value)) return short ? null : <span className="muted">{t('card.notGiven')}</span>
  switch (field.kind) {
    case 'number': return <span className="num">{number(value as number, { maximumFractionDigits: 6 })}</span>
    case 'money': return <span className="num">{money(value as Money)}</span>
    case 'date': return <span className="num">{date(`${value as string}T00:00`)}</span>
    case 'flag': return <>{t(value ? 'ui.yes' : 'ui.no')}</>
    case 'choice': return <>{optionText(field, value)}</>
    case 'choices': return <>{(value as unknown[]).map((word) => optionText(field, word)).join(', ')}</>
    case 'file': return <FileLink resource={field.resource} recordId={recordId} file={value as FileValue} short={short ?? false} />
    case 'link': return <LinkValue field={field} id={String(value)} />
    default: return <>{String(value)}</>
  }
}
