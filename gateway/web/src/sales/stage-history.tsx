import { useTranslation } from 'react-i18next'
import type { Opportunity } from '../api/types.ts'
import { date, dateTime } from '../lib/format.ts'
import { PartError } from '../ui/part-error.tsx'
import { Person } from '../ui/person.tsx'
import { Status } from '../ui/status.tsx'
import { useStays } from './queries.ts'

const days = (from: string, to: string | undefined) => Math.max(0, Math.floor(((to ? new Date(to).getTime() : Date.now()) - new Date(from).getTime()) / 86_400_000))

/** The stays of an opportunity at its stages, newest first. */
export function StageHistory({ record }: { record: Opportunity }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useStays(record.id)
  const stays = (data?.stays ?? []).toReversed()
  return (
    <section className="od-history">
      <h3>{t('sales.history')}</h3>
      {error ? <PartError error={error} what={t('sales.history')} onRetry={() => void refetch()} /> : null}
      <table className="mini">
        <colgroup><col /><col className="od-date" /><col className="od-days" /><col className="od-who" /></colgroup>
        <thead className="vh">
          <tr><th scope="col">{t('sales.stage')}</th><th scope="col">{t('sales.from')}</th><th scope="col">{t('sales.stayed')}</th><th scope="col">{t('sales.who')}</th></tr>
        </thead>
        <tbody>
          {stays.map((stay, at) => (
            <tr key={at}>
              <td><Status tone={stay.state === 'won' ? 'good' : stay.state === 'lost' ? 'bad' : stay.leaveTime ? 'neutral' : 'acc'}>{stay.state === 'open' ? stay.stageName || '—' : t(`words.opportunityState.${stay.state}`)}</Status></td>
              <td className="soft num" title={stay.enterTime ? dateTime(stay.enterTime) : ''}>{stay.enterTime ? date(stay.enterTime) : '—'}</td>
              <td className="soft num">{stay.enterTime && stay.state === 'open' ? t('sales.days', { count: days(stay.enterTime, stay.leaveTime) }) : ''}</td>
              <td className="soft"><Person id={stay.actorId} none="" /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
