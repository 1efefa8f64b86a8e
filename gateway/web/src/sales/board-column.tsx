import { useTranslation } from 'react-i18next'
import { IconClock } from '@tabler/icons-react'
import type { BoardColumn as Column, Opportunity, Stage } from '../api/types.ts'
import { money, number } from '../lib/format.ts'
import { Icon } from '../ui/icon.tsx'
import { Status } from '../ui/status.tsx'
import { BoardCard } from './board-card.tsx'
import { weightedOf } from './board-sums.ts'
import { useDrop } from './use-drop.ts'

type Props = {
  column: Column
  stage: Stage
  currentId: string | undefined
  movable: boolean
  onDrop: (record: Opportunity) => void
  onOpen: (record: Opportunity) => void
  onFocus: (record: Opportunity) => void
  onMore: () => void
}

const sums = (amounts: Column['amounts']) => amounts.map((one) => money(one)).join(' + ')

/** A stage of the board with its count, sums and limit; cards can be dropped into it. */
export function BoardColumn({ column, stage, currentId, movable, onDrop, onOpen, onFocus, onMore }: Props) {
  const { t } = useTranslation()
  const [box, over] = useDrop<HTMLElement>({ movable, onDrop, stageId: stage.id })
  const rest = Number(column.count) - column.opportunities.length
  return (
    <section ref={box} className={`kcol ${over ? 'over' : ''}`} aria-label={stage.name}>
      <header>
        <div className="row">
          <h2 className="cut grow" title={stage.hint || stage.name}>{stage.name} <span className="count num">{number(column.count)}</span></h2>
          <span className="meta num">{t('ui.percent', { value: stage.probability })}</span>
        </div>
        <div className="row ksum num">
          <b>{sums(column.amounts) || '—'}</b>
          <span className="meta">{weightedOf(column, t)}</span>
        </div>
        <div className="row meta num">
          {stage.stayLimitDays > 0 ? <><Icon of={IconClock} size={14} /><span className="grow">{t('sales.limit', { count: stage.stayLimitDays })}</span></> : <span className="grow">{t('sales.noLimit')}</span>}
          {Number(column.overLimit) > 0 ? <Status tone="bad">{t('sales.over', { count: Number(column.overLimit) })}</Status> : null}
        </div>
      </header>
      <div className="kl scroll" role="group" aria-label={stage.name} tabIndex={-1}>
        {column.opportunities.map((record) => (
          <BoardCard key={record.id} record={record} stage={stage} current={record.id === currentId} movable={movable} onOpen={() => onOpen(record)} onFocus={() => onFocus(record)} />
        ))}
        {rest > 0 ? <button type="button" className="more" onClick={onMore}>{t('sales.more', { count: rest })}</button> : null}
      </div>
    </section>
  )
}
