import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

type Props = { title: string; text: string; submit: string; back?: string; tone: 'primary' | 'bad'; onBack: () => void; onSubmit: () => void }

/** Asks before something is done. Enter does it, unless it takes something away; Esc is always the way back. */
export function Question({ title, text, submit, back, tone, onBack, onSubmit }: Props) {
  const { t } = useTranslation()
  return (
    <Dialog onClose={onBack} title={title} size={440}>
      <p className="soft">{text}</p>
      <div className="form-foot">
        <span className="grow" />
        <Button size="lg" data-autofocus={tone === 'bad' || undefined} onClick={onBack}>{back ?? t('ui.cancel')}</Button>
        <Button size="lg" tone={tone} data-autofocus={tone === 'primary' || undefined} onClick={onSubmit}>{submit}</Button>
      </div>
    </Dialog>
  )
}
