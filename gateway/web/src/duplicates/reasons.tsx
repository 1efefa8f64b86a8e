import { useTranslation } from 'react-i18next'
import { number } from '../lib/format.ts'
import type { Counterparty, DuplicateReason } from '../api/types.ts'
import { kindOf } from '../parties/party.ts'

/** Why two records look like one: what speaks for it, then what speaks against. `of`: one of them; no firm is born. */
export function Reasons({ probability, reasons, of }: { probability: number; reasons: DuplicateReason[]; of: Counterparty | undefined }) {
  const { t } = useTranslation()
  const fieldOf = (field: string) => (field === 'birthday' && of && kindOf(of) === 'organisation' ? 'founded' : field)
  const told = (one: DuplicateReason) => [t(`duplicates.field.${fieldOf(one.field)}`), t(`duplicates.level.${one.level}`), one.swapped ? t('duplicates.swapped') : ''].filter(Boolean).join(' ')
  return (
    <span className="meta">
      <b className="num">{t('duplicates.probability', { value: number(Math.round(probability * 100)) })}</b>
      {' · '}
      {reasons.map(told).join(' · ')}
    </span>
  )
}
