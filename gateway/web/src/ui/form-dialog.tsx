import { useRef, type FormEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { errorText } from '../api/error-text.ts'
import { useKeys } from '../lib/keys.ts'
import { submitTyped } from '../lib/submit-typed.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

type Props = {
  title: string
  submit: string
  onClose: () => void
  onSubmit: () => void
  busy: boolean
  error?: unknown
  size?: number
  tone?: 'primary' | 'bad'
  children: ReactNode
  foot?: ReactNode
}

const isTopmost = (form: HTMLElement | null): boolean => [...document.querySelectorAll('[aria-modal="true"]')].at(-1)?.contains(form) === true

/** A dialog with a form: Ctrl+S sends, Esc leaves, the first wrong field gets the focus by its label. */
export function FormDialog({ title, submit, onClose, onSubmit, busy, error, size = 640, tone = 'primary', children, foot }: Props) {
  const { t } = useTranslation()
  const form = useRef<HTMLFormElement>(null)
  useKeys([{ combo: 'mod+s', label: 'keys.save', inDialog: true, run: () => (isTopmost(form.current) ? submitTyped(form.current) : false) }])
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onSubmit()
  }
  return (
    <Dialog onClose={onClose} title={title} size={size}>
      <form ref={form} onSubmit={send}>
        <div className="form-grid">{children}</div>
        {error ? (
          <p className="form-error" role="alert">
            {errorText(error)}
          </p>
        ) : null}
        <div className="form-foot">
          {foot}
          <span className="grow" />
          <Button size="lg" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button size="lg" tone={tone} type="submit" busy={busy} combo="mod+s">
            {submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
