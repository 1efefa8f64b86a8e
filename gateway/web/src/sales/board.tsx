import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/me.ts'
import type { Board as BoardData, Opportunity, Pipeline } from '../api/types.ts'
import { announce } from '../lib/announce.ts'
import { useKeys } from '../lib/keys.ts'
import { BoardColumn } from './board-column.tsx'
import { DecideDialog, type Decision } from './decide-dialog.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { useOpportunityVerbs } from './queries.ts'
import { ShutColumn } from './shut-column.tsx'

type Props = { board: BoardData; pipeline: Pipeline; onOpen: (id: string) => void; onMore: () => void; onDecided: (state: 'won' | 'lost') => void }

/** The kanban board: drag a card, or walk with the arrows and move with M. */
export function Board({ board, pipeline, onOpen, onMore, onDecided }: Props) {
  const { t } = useTranslation()
  const movable = useCan()('opportunities', 'change')
  const verbs = useOpportunityVerbs()
  const [chosen, setChosen] = useState<string>()
  const [moving, setMoving] = useState<Opportunity>()
  const [deciding, setDeciding] = useState<{ record: Opportunity; decision: Decision }>()
  const kept = useRef<{ id: string; stageId: string }>(undefined)
  const open = useMemo(() => board.columns.filter((column) => column.state === 'open'), [board])
  const decided = board.columns.filter((column) => column.state !== 'open')
  const at = open.findIndex((column) => column.opportunities.some((one) => one.id === chosen))
  const row = at < 0 ? -1 : open[at]!.opportunities.findIndex((one) => one.id === chosen)
  const current = at < 0 ? open.flatMap((column) => column.opportunities)[0] : open[at]!.opportunities[row]

  const { mutate } = verbs
  const move = useCallback(
    (record: Opportunity, stageId: string) => {
      if (record.stageId === stageId) return
      mutate({ record, name: 'move', stageId })
      announce(t('sales.movedTo', { title: record.title, stage: pipeline.stages.find((stage) => stage.id === stageId)?.name ?? '' }))
    },
    [mutate, pipeline, t],
  )
  // In its new column the card is another element: whoever moved it by the keyboard goes on from there.
  useEffect(() => {
    if (!kept.current || moving) return
    const { id, stageId } = kept.current
    if (!open.find((column) => column.stageId === stageId)?.opportunities.some((one) => one.id === id)) return
    kept.current = undefined
    document.querySelector<HTMLElement>(`[data-card="${id}"]`)?.focus()
  }, [open, moving])
  const moveByKeys = (record: Opportunity, stageId: string) => {
    kept.current = { id: record.id, stageId }
    setChosen(record.id)
    setMoving(undefined)
    move(record, stageId)
  }
  const focus = (column: number, line: number) => {
    const cards = open[column]?.opportunities ?? []
    const card = cards[Math.min(line, cards.length - 1)]
    if (!card) return
    setChosen(card.id)
    document.querySelector<HTMLElement>(`[data-card="${card.id}"]`)?.focus()
  }
  const sideways = (step: number) => {
    if (!current) return
    for (let column = Math.max(at, 0) + step; column >= 0 && column < open.length; column += step)
      if (open[column]!.opportunities.length > 0) return focus(column, Math.max(row, 0))
  }
  useKeys([
    { combo: 'ArrowLeft', label: 'keys.stageLeft', run: () => sideways(-1) },
    { combo: 'ArrowRight', label: 'keys.stageRight', run: () => sideways(1) },
    { combo: 'ArrowDown', run: () => focus(Math.max(at, 0), row + 1) },
    { combo: 'ArrowUp', run: () => focus(Math.max(at, 0), Math.max(row - 1, 0)) },
    { combo: 'j', label: 'keys.down', run: () => focus(Math.max(at, 0), row + 1) },
    { combo: 'k', label: 'keys.up', run: () => focus(Math.max(at, 0), Math.max(row - 1, 0)) },
    { combo: 'Enter', label: 'keys.open', run: () => (current ? onOpen(current.id) : false) },
    { combo: 'm', label: 'keys.move', command: true, run: () => (movable && current ? setMoving(current) : false) },
  ])
  return (
    <div className="kb-scroll scroll">
      <div className="kb" style={{ gridTemplateColumns: `repeat(${open.length}, minmax(var(--w-stage), 1fr)) repeat(${decided.length}, 36px)` }}>
        {open.map((column) => {
          const stage = pipeline.stages.find((one) => one.id === column.stageId)
          if (!stage) return null
          return (
            <BoardColumn
              key={column.stageId}
              column={column}
              stage={stage}
              currentId={current?.id}
              movable={movable}
              onDrop={(record) => move(record, column.stageId)}
              onOpen={(record) => { setChosen(record.id); onOpen(record.id) }}
              onFocus={(record) => setChosen(record.id)}
              onMore={onMore}
            />
          )
        })}
        {decided.map((column) => <ShutColumn key={column.state} column={column} movable={movable} onOpen={() => onDecided(column.state as 'won' | 'lost')} onDrop={(record) => setDeciding({ record, decision: column.state === 'won' ? 'win' : 'lose' })} />)}
      </div>
      {deciding ? <DecideDialog {...deciding} pipeline={pipeline} onClose={() => setDeciding(undefined)} /> : null}
      {moving ? <MoveDialog record={moving} pipeline={pipeline} onClose={() => setMoving(undefined)} onMove={(stageId) => moveByKeys(moving, stageId)} onDecide={(decision) => { setMoving(undefined); setDeciding({ record: moving, decision }) }} /> : null}
    </div>
  )
}
