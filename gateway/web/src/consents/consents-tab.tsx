import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPlus } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { useCanWith } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { Consent, Counterparty } from '../api/types.ts'
import { date } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { PartError } from '../ui/part-error.tsx'
import { Status } from '../ui/status.tsx'
import { useConsentPurposes } from './purposes.ts'
import './consents.css'

const ConsentForm = lazy(() => import('./consent-form.tsx'))

/** What the counterparty agreed to, and what it took back: the register, as far as it is about this one. */
export default function ConsentsTab({ party }: { party: Counterparty }) {
  const { t } = useTranslation()
  const mayChange = useCanWith('counterparties', party)('change')
  const [form, setForm] = useState<Consent | 'new'>()
  const records = useRecords<Consent>('consents', 'consents', { counterpartyId: party.id })
  return (
    <div className="blk">
      <h2>
        <span className="grow">{t('consents.block')}</span>
        {mayChange ? <IconButton size="sm" icon={IconPlus} label={t('consents.add')} onClick={() => setForm('new')} /> : null}
      </h2>
      {records.error ? <PartError error={records.error} what={t('consents.block')} onRetry={() => void records.refetch()} /> : null}
      {!records.isPending && records.rows.length === 0 ? <p className="meta blk-none">{t('consents.none')}</p> : null}
      <ul>
        {records.rows.map((one) => (
          <li key={one.id} className="consent">
            <Line consent={one} />
            {mayChange && one.active ? <Button size="sm" tone="quiet" onClick={() => setForm(one)}>{t('consents.withdraw')}</Button> : null}
          </li>
        ))}
      </ul>
      {records.hasNextPage ? <Button size="sm" tone="quiet" busy={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>{t('timeline.more')}</Button> : null}
      <Suspense fallback={null}>
        {form ? <ConsentForm partyId={party.id} {...(form === 'new' ? {} : { withdrawn: form })} onClose={() => setForm(undefined)} /> : null}
      </Suspense>
    </div>
  )
}

/** Whether it holds, in a word. */
export function ConsentState({ consent }: { consent: Consent }) {
  const { t } = useTranslation()
  const state = consent.active ? 'active' : consent.supersedeTime ? 'superseded' : 'withdrawn'
  return <Status tone={state === 'active' ? 'good' : state === 'withdrawn' ? 'bad' : 'neutral'}>{t(`consents.state.${state}`)}</Status>
}

function Line({ consent }: { consent: Consent }) {
  const { t } = useTranslation()
  const names = useNames()
  const { nameOf } = useConsentPurposes()
  const said = (source: string, evidence: string, actorId: string) => [t(`words.consentSource.${source}`), evidence, names.person(actorId)].filter(Boolean).join(' · ')
  return (
    <span className="grow">
      <span className="row"><span className="medium">{nameOf(consent.purposeId)}</span><ConsentState consent={consent} /></span>
      <span className="meta consent-line">{t('consents.gaveOn', { day: date(consent.giveTime!), version: consent.version })} · {said(consent.source, consent.evidence, consent.actorId)}</span>
      {consent.withdrawTime ? <span className="meta consent-line">{t('consents.tookBackOn', { day: date(consent.withdrawTime) })} · {said(consent.withdrawSource, consent.withdrawEvidence, consent.withdrawActorId)}</span> : null}
    </span>
  )
}
