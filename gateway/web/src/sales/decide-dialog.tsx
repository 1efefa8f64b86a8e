import { useTranslation } from 'react-i18next'
import type { Opportunity, Pipeline } from '../api/types.ts'
import { money } from '../lib/format.ts'
import { Question } from '../ui/question.tsx'
import { LoseDialog } from './lose-dialog.tsx'
import { useOpportunityVerbs } from './queries.ts'

export type Decision = 'win' | 'lose'

type Props = { decision: Decision; record: Opportunity; pipeline: Pipeline | undefined; onClose: () => void }

/** What an end of an opportunity asks for, however it came: a button, a key, a card that was dropped. */
export function DecideDialog({ decision, record, pipeline, onClose }: Props) {
  const { t } = useTranslation()
  const { mutate } = useOpportunityVerbs()
  if (decision === 'lose') return <LoseDialog record={record} pipeline={pipeline} onClose={onClose} onLose={(reason) => { onClose(); mutate({ record, name: 'lose', reason }) }} />
  // A key pressed past its field is not a decision: others hear of it at once.
  return (
    <Question
      tone="primary" title={t('sales.winTitle', { number: record.number })} text={[record.counterpartyName, record.title, money(record.amount)].filter(Boolean).join(' · ')} submit={t('keys.win')}
      onBack={onClose} onSubmit={() => { onClose(); mutate({ record, name: 'win' }) }}
    />
  )
}
