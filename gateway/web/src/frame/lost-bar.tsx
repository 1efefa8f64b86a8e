import { useTranslation } from 'react-i18next'
import { IconRefresh, IconWifiOff } from '@tabler/icons-react'
import { time } from '../lib/format.ts'
import { useNow } from '../lib/use-now.ts'
import { retryNow, useLink } from '../live/link.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'

/** The link to the server is lost: since when, and when the next try is. A blink of less than two seconds is not worth a bar. */
export function LostBar() {
  const { t } = useTranslation()
  const link = useLink()
  const now = useNow(1000, !link.up)
  if (link.up || now - link.since < 2000) return null
  const seconds = Math.max(0, Math.ceil((link.nextTry - now) / 1000))
  return (
    <div className="lost" role="status">
      <Icon of={IconWifiOff} />
      <b>{t('frame.lost', { time: time(new Date(link.since)) })}</b>
      <span className="cut lost-more">{t('frame.lostMore', { time: time(new Date(link.since)) })}</span>
      <span className="grow" />
      <span className="num lost-more" aria-hidden="true">
        {t('frame.nextTry', { seconds })}
      </span>
      <Button size="sm" icon={IconRefresh} onClick={retryNow}>
        {t('frame.tryNow')}
      </Button>
    </div>
  )
}
