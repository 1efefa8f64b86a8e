import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { draggable } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { IconArrowRight, IconCircleDashed } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import type { Opportunity, Stage } from '../api/types.ts'
import { daysFromToday, money, shortDate } from '../lib/format.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { Stay } from './stay.tsx'

type Props = { record: Opportunity; stage: Stage | undefined; current: boolean; movable: boolean; onOpen: () => void; onFocus: () => void }

function NextStep({ record }: { record: Opportunity }) {
  const { t } = useTranslation()
  if (!record.nextStep) return <div className="row kx warn"><Icon of={IconCircleDashed} size={14} /><span className="cut">{t('sales.noNextStep')}</span></div>
  const days = record.nextStepDate ? daysFromToday(new Date(`${record.nextStepDate}T00:00`)) : 0
  const overdue = days < 0 && record.state === 'open'
  return (
    <div className="row kx">
      <Icon of={IconArrowRight} size={14} />
      <span className="cut grow">{record.nextStep}</span>
      {record.nextStepDate ? <span className={`num ${overdue ? 'bad' : 'muted'}`} title={overdue ? t('requests.daysLate', { count: -days }) : undefined}>{days === 0 ? t('time.todayWord') : shortDate(`${record.nextStepDate}T00:00`)}</span> : null}
    </div>
  )
}

/** A card of the board: client, subject, sum and owner, next step, how long it stands here. */
export function BoardCard({ record, stage, current, movable, onOpen, onFocus }: Props) {
  const names = useNames()
  const box = useRef<HTMLDivElement>(null)
  const [dragged, setDragged] = useState(false)
  useEffect(() => {
    if (!box.current || !movable) return
    return draggable({
      element: box.current,
      getInitialData: () => ({ record }),
      onDragStart: () => setDragged(true),
      onDrop: () => setDragged(false),
    })
  }, [record, movable])
  useEffect(() => {
    if (current && document.activeElement?.closest('.kb')) box.current?.focus()
  }, [current])
  const owner = names.person(record.ownerId) ?? ''
  const name = record.counterpartyName || record.title
  return (
    <div ref={box} className={`kc ${dragged ? 'dragged' : ''}`} role="button" tabIndex={current ? 0 : -1} data-card={record.id} onClick={onOpen} onFocus={onFocus}>
      <div className="kn" title={name}>{name}</div>
      {record.counterpartyName ? <div className="ks" title={record.title}>{record.title}</div> : null}
      <div className="row km">
        <span className="medium num grow">{money(record.amount)}</span>
        {owner ? <span title={owner}><Avatar name={owner} me={record.ownerId === names.meId} /></span> : null}
      </div>
      <NextStep record={record} />
      <Stay record={record} stage={stage} />
    </div>
  )
}
