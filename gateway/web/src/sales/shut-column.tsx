import { useTranslation } from 'react-i18next'
import type { BoardColumn, Opportunity } from '../api/types.ts'
import { money, number } from '../lib/format.ts'
import { Status } from '../ui/status.tsx'
import { useDrop } from './use-drop.ts'

type Props = { column: BoardColumn; movable: boolean; onOpen: () => void; onDrop: (record: Opportunity) => void }

/** Decided opportunities of the last 30 days, folded; opens them as a list. A card that is dropped here is asked about. */
export function ShutColumn({ column, movable, onOpen, onDrop }: Props) {
  const { t } = useTranslation()
  const [box, over] = useDrop<HTMLButtonElement>({ movable, onDrop })
  const sums = column.amounts.map((one) => money(one)).join(' + ')
  const name = t(`words.opportunityState.${column.state}`)
  return (
    <button ref={box} type="button" className={`kcol shut ${over ? 'over' : ''}`} title={t('sales.last30')} onClick={onOpen}>
      <span className="vt num">
        <Status tone={column.state === 'won' ? 'good' : 'neutral'}>{name}</Status> {number(column.count)}{sums ? ` · ${sums}` : ''}
      </span>
    </button>
  )
}
