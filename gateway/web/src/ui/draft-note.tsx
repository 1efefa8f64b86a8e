import { useTranslation } from 'react-i18next'
import { dateTime } from '../lib/format.ts'
import { Button } from './button.tsx'

/** Says that what stands in a form was brought back, and from when; nothing where it begins anew. */
export function DraftNote({ at, onAnew }: { at: string | undefined; onAnew: () => void }) {
  const { t } = useTranslation()
  if (at === undefined) return null
  return (
    <div className="stale-note draft-note" role="status">
      <p className="meta">{t('ui.draftOf', { time: dateTime(at) })}</p>
      <Button size="sm" onClick={onAnew}>{t('ui.beginAnew')}</Button>
    </div>
  )
}
