import { useTranslation } from 'react-i18next'
import { time } from '../lib/format.ts'
import { useNow } from '../lib/use-now.ts'
import { useLink } from '../live/link.ts'

/** How old the data on the screen are: now while events flow, else the moment of the loss. */
export function DataTime() {
  const { t } = useTranslation()
  const link = useLink()
  const now = useNow(30_000, link.up)
  return (
    <>
      <span className="grow" />
      <span className="meta num">{t('frame.dataAt', { time: time(new Date(link.up ? now : link.since)) })}</span>
    </>
  )
}
