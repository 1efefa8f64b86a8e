import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { IconArrowsExchange, IconPencil, IconTrophy, IconX } from '@tabler/icons-react'
import { useCanWith, useFields } from '../api/me.ts'
import { useRecord } from '../api/records.ts'
import type { Opportunity, Pipeline } from '../api/types.ts'
import { date, money } from '../lib/format.ts'
import { CustomFacts } from '../custom/custom-facts.tsx'
import { useKeys } from '../lib/keys.ts'
import { AccessNote } from '../ui/access-note.tsx'
import { Button } from '../ui/button.tsx'
import { Drawer } from '../ui/drawer.tsx'
import { LinkedText } from '../ui/linked-text.tsx'
import { PartError } from '../ui/part-error.tsx'
import { Person } from '../ui/person.tsx'
import { HistoryButton } from '../ui/history-button.tsx'
import { ShareButton } from '../ui/share-button.tsx'
import { Status } from '../ui/status.tsx'
import { DecideDialog } from './decide-dialog.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { pipelineOf, useOpportunityVerbs, usePipelines } from './queries.ts'
import { StageHistory } from './stage-history.tsx'
import { Stay } from './stay.tsx'
import '../card/card.css'

const OpportunityForm = lazy(() => import('./opportunity-form.tsx'))

type Dialog = '' | 'move' | 'win' | 'lose' | 'edit'

function Actions({ record, pipeline, dialog, onDialog }: { record: Opportunity; pipeline: Pipeline | undefined; dialog: Dialog; onDialog: (dialog: Dialog) => void }) {
  const { t } = useTranslation()
  const verbs = useOpportunityVerbs()
  const open = record.state === 'open'
  useKeys([
    { combo: 'm', label: 'keys.move', command: true, run: () => (open ? onDialog('move') : false) },
    { combo: 'w', label: 'keys.win', command: true, run: () => (open ? onDialog('win') : false) },
    { combo: 'l', label: 'keys.lose', command: true, run: () => (open ? onDialog('lose') : false) },
    { combo: 'e', label: 'keys.edit', command: true, run: () => onDialog('edit') },
  ])
  return (
    <div className="row od-actions">
      {open ? (
        <>
          <Button icon={IconArrowsExchange} combo="m" onClick={() => onDialog('move')}>{t('sales.move')}</Button>
          <Button icon={IconTrophy} combo="w" busy={verbs.isPending} onClick={() => onDialog('win')}>{t('sales.win')}</Button>
          <Button icon={IconX} combo="l" onClick={() => onDialog('lose')}>{t('sales.lose')}</Button>
        </>
      ) : (
        <Button busy={verbs.isPending} onClick={() => verbs.mutate({ record, name: 'reopen' })}>{t('sales.reopen')}</Button>
      )}
      <Button tone="quiet" icon={IconPencil} combo="e" onClick={() => onDialog('edit')}>{t('ui.edit')}</Button>
      <ShareButton section="opportunities" id={record.id} title={record.title} access={record.access} />
      {dialog === 'move' && pipeline ? <MoveDialog record={record} pipeline={pipeline} onClose={() => onDialog('')} onDecide={onDialog} onMove={(stageId) => { onDialog(''); verbs.mutate({ record, name: 'move', stageId }) }} /> : null}
      {dialog === 'win' || dialog === 'lose' ? <DecideDialog decision={dialog} record={record} pipeline={pipeline} onClose={() => onDialog('')} /> : null}
    </div>
  )
}

function Facts({ record }: { record: Opportunity }) {
  const { t } = useTranslation()
  const fields = useFields('opportunities')
  const day = (value: string) => (value ? date(`${value}T00:00`) : '')
  const rows: [string, ReactNode][] = [
    ['sales.party', record.counterpartyId ? <Link className="link" to="/counterparties/$id" params={{ id: record.counterpartyId }}>{record.counterpartyName}</Link> : ''],
    ['sales.owner', <Person key="owner" id={record.ownerId} full />],
    ['sales.expectedClose', day(record.expectedCloseDate)],
    ['sales.nextStep', [record.nextStep, day(record.nextStepDate)].filter(Boolean).join(', ')],
    ['sales.probability', fields.shown('probability') ? t('ui.percent', { value: record.probability }) : ''],
    ['sales.product', record.product],
    ['sales.source', record.source],
    ['sales.request', record.requestId ? <Link className="link" to="/requests" search={{ open: record.requestId }}>{t('sales.openRequest')}</Link> : ''],
    ['sales.lostReason', record.lostReason],
    ['sales.closed', record.closeTime ? date(record.closeTime) : ''],
    ['sales.note', record.note && <LinkedText text={record.note} />],
  ]
  return (
    <dl>
      {rows.filter(([, value]) => value !== '' && value !== undefined).map(([label, value]) => (
        <div key={label} className="fact"><dt>{t(label)}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  )
}

/** An opportunity beside the board: what it is, what can be done, and its way over the stages. */
export function OpportunityDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<Dialog>('')
  const { data: record, error, refetch } = useRecord<Opportunity>('opportunities', id)
  const mayChange = useCanWith('opportunities', record)('change')
  const { pipelines } = usePipelines()
  const pipeline = record ? pipelineOf(pipelines, record.pipelineId) : undefined
  const stage = pipeline?.stages.find((one) => one.id === record?.stageId)
  return (
    <Drawer label={t('sales.one')} onClose={onClose} head={<><span className="num">{record?.number}</span>{record ? <HistoryButton section="opportunities" id={record.id} title={record.title} /> : null}</>}>
      <div className="od">
        {error ? <PartError error={error} what={t('sales.one')} onRetry={() => void refetch()} /> : null}
        {record ? (
          <>
            <h2>{record.title}</h2>
            <div className="row od-sum">
              <b className="num">{money(record.amount)}</b>
              <Status tone={record.state === 'won' ? 'good' : record.state === 'lost' ? 'bad' : 'acc'}>{record.state === 'open' ? (stage?.name ?? '') : t(`words.opportunityState.${record.state}`)}</Status>
              {record.state === 'open' ? <div className="od-stay"><Stay record={record} stage={stage} /></div> : null}
            </div>
            {mayChange ? <Actions record={record} pipeline={pipeline} dialog={dialog} onDialog={setDialog} /> : null}
            <AccessNote section="opportunities" access={record.access} />
            <Facts record={record} />
            <CustomFacts resource="opportunities" record={record} />
            <StageHistory record={record} />
            <Suspense fallback={null}>{dialog === 'edit' ? <OpportunityForm record={record} onClose={() => setDialog('')} onDone={() => setDialog('')} /> : null}</Suspense>
          </>
        ) : null}
      </div>
    </Drawer>
  )
}
