import { useTranslation } from 'react-i18next'
import { number } from '../lib/format.ts'
import type { DuplicateReason } from '../api/types.ts'

/** Why two records look like one: what speaks for it, then what speaks against. */
export function Reasons({ probability, reasons }: { probability: number; reasons: DuplicateReason[] }) {
  const { t } = useTranslation()
  const told = (one: DuplicateReason) => [t(`duplicates.field.${one.field}`), t(`duplicates.level.${one.level}`), one.swapped ? t('duplicates.swapped') : ''].filter(Boolean).join(' ')
  return (
    <span className="meta">
      <b className="num">{t('duplicates.probability', { value: number(Math.round(probability * 100)) })}</b>
      {' · '}
      {reasons.map(told).join(' · ')}
    </span>
  )
}
