import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import type { BoardColumn, Opportunity } from '../api/types.ts'
import { money, number } from '../lib/format.ts'
import { Status } from '../ui/status.tsx'

type Props = { column: BoardColumn; movable: boolean; onOpen: () => void; onDrop: (record: Opportunity) => void }

/** Decided opportunities of the last 30 days, folded; opens them as a list. A card that is dropped here is asked about. */
export function ShutColumn({ column, movable, onOpen, onDrop }: Props) {
  const { t } = useTranslation()
  const box = useRef<HTMLButtonElement>(null)
  const [over, setOver] = useState(false)
  useEffect(() => {
    if (!box.current || !movable) return
    return dropTargetForElements({
      element: box.current,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false)
        onDrop(source.data['record'] as Opportunity)
      },
    })
  }, [movable, onDrop])
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
