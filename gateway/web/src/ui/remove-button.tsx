import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'
import { Question } from './question.tsx'

type Props = { /** What goes, as people call it. */ name: string; busy: boolean; onRemove: () => void }

/** In the foot of a form: takes the record away for good, once the question is answered. */
export function RemoveButton({ name, busy, onRemove }: Props) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const answer = () => {
    setAsking(false)
    onRemove()
  }
  return (
    <>
      <Button size="lg" tone="bad-quiet" busy={busy} onClick={() => setAsking(true)}>{t('ui.remove')}</Button>
      {asking ? <Question tone="bad" title={t('ui.removeTitle', { name })} text={t('ui.removeText')} submit={t('ui.remove')} onBack={() => setAsking(false)} onSubmit={answer} /> : null}
    </>
  )
}
