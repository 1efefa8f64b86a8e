import { useTranslation } from 'react-i18next'
import { daysFromToday, dateTime, left, shortDate } from '../lib/format.ts'
import { useNow } from '../lib/use-now.ts'
import { Status } from '../ui/status.tsx'

type Props = { due: string | undefined; long?: boolean }

/** How much time is left: hours today, the day later, a minus after it has passed: hours in the first day, then days. */
export function Deadline({ due, long }: Props) {
  const { t } = useTranslation()
  const now = useNow(30_000)
  if (!due) return <span className="muted">{t('requests.noDeadline')}</span>
  const moment = new Date(due)
  const late = moment.getTime() < now
  const today = daysFromToday(moment, new Date(now)) === 0
  const title = dateTime(due)
  if (late) {
    const days = -daysFromToday(moment, new Date(now))
    return <Status tone="bad" number title={title}>{now - moment.getTime() >= 86_400_000 ? t('requests.daysLate', { count: days }) : left(due, new Date(now))}</Status>
  }
  if (today) return <Status tone="warn" number title={title}>{long ? t('requests.leftTime', { time: left(due, new Date(now)) }) : left(due, new Date(now))}</Status>
  return <Status number title={title}><span className="soft">{t('requests.until', { date: shortDate(moment) })}</span></Status>
}
