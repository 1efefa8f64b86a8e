import { useTranslation } from 'react-i18next'
import type { Opportunity, Stage } from '../api/types.ts'

export const stayDays = (record: Opportunity, now = Date.now()) =>
  record.stageEnterTime ? Math.max(0, Math.floor((now - new Date(record.stageEnterTime).getTime()) / 86_400_000)) : 0

/** How long it stands at the stage against the limit: grey in time, amber from 80 %, red over. Always with words. */
export function Stay({ record, stage }: { record: Opportunity; stage: Stage | undefined }) {
  const { t } = useTranslation()
  const days = stayDays(record)
  const limit = stage?.stayLimitDays ?? 0
  if (limit === 0) return <div className="stay"><span className="grow" /><span className="num">{t('sales.days', { count: days })}</span></div>
  const over = days - limit
  const share = Math.min(1, days / limit)
  const tone = over > 0 ? 'bad' : share >= 0.8 ? 'warn' : ''
  return (
    <div className={`stay ${tone}`}>
      <span className="sb"><i style={{ width: `${Math.max(share * 100, 2)}%` }} /></span>
      <span className="num">{over > 0 ? t('sales.daysOver', { count: over, limit }) : t('sales.daysOf', { days, count: limit })}</span>
    </div>
  )
}
