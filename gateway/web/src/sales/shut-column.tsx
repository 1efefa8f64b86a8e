import { useTranslation } from 'react-i18next'
import type { BoardColumn } from '../api/types.ts'
import { money, number } from '../lib/format.ts'
import { Status } from '../ui/status.tsx'

/** Decided opportunities of the last 30 days, folded; opens them as a list. */
export function ShutColumn({ column, onOpen }: { column: BoardColumn; onOpen: () => void }) {
  const { t } = useTranslation()
  const sums = column.amounts.map((one) => money(one)).join(' + ')
  const name = t(`words.opportunityState.${column.state}`)
  return (
    <button type="button" className="kcol shut" title={t('sales.last30')} onClick={onOpen}>
      <span className="vt num">
        <Status tone={column.state === 'won' ? 'good' : 'neutral'}>{name}</Status> {number(column.count)}{sums ? ` · ${sums}` : ''}
      </span>
    </button>
  )
}
