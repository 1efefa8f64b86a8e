import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'

/** Somebody else saved the record while this form was open: what they saved is taken, so that nothing of theirs is lost unseen. */
export function StaleNote({ onFresh }: { onFresh: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="stale-note w2" role="alert">
      <p className="form-error">{t('ui.stale')}</p>
      <Button onClick={onFresh}>{t('ui.takeFresh')}</Button>
    </div>
  )
}
