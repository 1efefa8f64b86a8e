import { useTranslation } from 'react-i18next'
import type { Opportunity, Pipeline } from '../api/types.ts'
import { keyName, useKeys } from '../lib/keys.ts'
import { Dialog } from '../ui/dialog.tsx'
import type { Decision } from './decide-dialog.tsx'

type Props = { record: Opportunity; pipeline: Pipeline; onClose: () => void; onMove: (stageId: string) => void; onDecide: (decision: Decision) => void }

const ENDS = [{ decision: 'win', combo: 'w' }, { decision: 'lose', combo: 'l' }] as const

/** The keyboard's twin of the drag: a stage by its figure, an end by its letter. */
export function MoveDialog({ record, pipeline, onClose, onMove, onDecide }: Props) {
  const { t } = useTranslation()
  const stages = pipeline.stages.filter((stage) => stage.id !== undefined)
  useKeys([
    ...stages.slice(0, 9).map((stage, at) => ({ combo: String(at + 1), inDialog: true, run: () => onMove(stage.id!) })),
    ...ENDS.map(({ decision, combo }) => ({ combo, inDialog: true, run: () => onDecide(decision) })),
  ])
  return (
    <Dialog onClose={onClose} title={t('sales.moveTitle')} size={400}>
      <p className="meta move-what">{record.counterpartyName ? `${record.counterpartyName} · ${record.title}` : record.title}</p>
      <ul className="move-list">
        {stages.map((stage, at) => (
          <li key={stage.id}>
            <button type="button" data-autofocus={at === 0 || undefined} disabled={stage.id === record.stageId} onClick={() => onMove(stage.id!)}>
              <kbd>{at + 1}</kbd>
              <span className="grow cut">{stage.name}</span>
              <span className="meta num">{stage.id === record.stageId ? t('sales.here') : t('ui.percent', { value: stage.probability })}</span>
            </button>
          </li>
        ))}
        {ENDS.map(({ decision, combo }) => (
          <li key={decision}><button type="button" onClick={() => onDecide(decision)}><kbd>{keyName(combo)}</kbd><span className="grow cut">{t(`sales.${decision}`)}</span></button></li>
        ))}
      </ul>
    </Dialog>
  )
}
