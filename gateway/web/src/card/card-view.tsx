import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { IconLock } from '@tabler/icons-react'
import { cardQuery } from '../api/card.ts'
import { ApiError } from '../api/client.ts'
import { useFields } from '../api/me.ts'
import type { CounterpartyCard } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { PartError } from '../ui/part-error.tsx'
import { ViewTabs } from '../ui/view-tabs.tsx'
import { CustomFacts } from '../custom/custom-facts.tsx'
import { PlannedBlock } from '../interactions/planned-block.tsx'
import { Blocks } from './blocks.tsx'
import { CardHead } from './card-head.tsx'
import { FactsSection } from './facts-section.tsx'
import { factGroups, fieldsOf, isEmpty } from './fields.ts'
import { PersonsBlock } from './persons-block.tsx'
import { Timeline } from './timeline.tsx'
import './card.css'

const ConsentsTab = lazy(() => import('../consents/consents-tab.tsx'))
const RelationsTab = lazy(() => import('../relations/relations-tab.tsx'))

function Facts({ card }: { card: CounterpartyCard }) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const party = card.counterparty!
  const [requisites, ...others] = factGroups
  const rights = useFields('counterparties')
  const fields = factGroups.flatMap((group) => fieldsOf(group, party)).filter((field) => rights.shown(field.name))
  const hidden = fields.filter((field) => isEmpty(party[field.name])).length + Math.max(card.contactPersons.length - 3, 0)
  return (
    <div className="facts scroll">
      <FactsSection group={requisites!} record={party} all={all} />
      <PersonsBlock party={party} persons={card.contactPersons} all={all} />
      {others.map((group) => <FactsSection key={group.name} group={group} record={party} all={all} />)}
      <CustomFacts resource="counterparties" record={party} all={all} />
      {hidden > 0 || all ? (
        <Button tone="quiet" size="sm" className="facts-all" onClick={() => setAll(!all)}>
          {all ? t('card.showFilled') : t('card.showAll', { count: fields.length })}
        </Button>
      ) : null}
    </div>
  )
}

const tabs = ['overview', 'relations', 'consents', 'facts', 'history'] as const
/** What the middle column shows by turns; where there is no room for columns, everything is. */
const middleTabs = ['overview', 'relations', 'consents'] as const

type Props = { id: string; narrow?: boolean; tab?: string; onTab?: (tab: string) => void }

/** Everything about a counterparty: three columns, or tabs where there is no room for them. One request. */
export function CardView({ id, narrow, onTab, ...given }: Props) {
  const { t } = useTranslation()
  const [own, setOwn] = useState<string>('overview')
  const tab = given.tab ?? own
  const setTab = onTab ?? setOwn
  const { data: card, error, refetch } = useQuery(cardQuery(id))
  if (error && !card) {
    const gone = error instanceof ApiError && error.status === 404
    if (gone) return <Empty icon={IconLock} title={t('card.notFound')} text={t('card.notFoundHint')} />
    return <div className="pad"><PartError error={error} what={t('card.label')} onRetry={() => void refetch()} /></div>
  }
  if (!card?.counterparty) return <div className="card-bones" aria-busy="true"><span className="bone" /><span className="bone b1" /><span className="bone b2" /></div>
  const parts = {
    facts: <Facts card={card} />,
    overview: (
      <div className="scroll blocks">
        <div className="mid-tabs">
          <ViewTabs label={t('card.middle')} value={middleTabs.find((one) => one === tab) ?? 'overview'} onChange={setTab} tabs={middleTabs.map((value) => ({ value, label: t(`card.tab.${value}`) }))} />
        </div>
        {tab === 'relations' ? <Suspense fallback={null}><RelationsTab party={card.counterparty} /></Suspense> : tab === 'consents' ? <Suspense fallback={null}><ConsentsTab party={card.counterparty} /></Suspense> : <><PlannedBlock card={card} /><Blocks card={card} /></>}
      </div>
    ),
    history: <div className="scroll timeline"><Timeline card={card} /></div>,
  }
  return (
    <div className={`card-view ${narrow ? 'card-narrow' : ''}`}>
      <CardHead card={card} />
      <div className="card-tabs">
        <ViewTabs label={t('card.parts')} value={tab} onChange={setTab} tabs={tabs.map((value) => ({ value, label: t(`card.tab.${value}`) }))} />
      </div>
      <div className="cols" data-tab={tab}>
        {parts.facts}
        {parts.overview}
        {parts.history}
      </div>
    </div>
  )
}
