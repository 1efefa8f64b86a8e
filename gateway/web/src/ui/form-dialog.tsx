import { useRef, type FormEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Modal } from '@mantine/core'
import { errorText } from '../api/error-text.ts'
import { useKeys } from '../lib/keys.ts'
import { Button } from './button.tsx'

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

/** A dialog with a form: Ctrl+S sends, Esc leaves, the first wrong field gets the focus by its label. */
export function FormDialog({ title, submit, onClose, onSubmit, busy, error, size = 640, tone = 'primary', children, foot }: Props) {
  const { t } = useTranslation()
  const form = useRef<HTMLFormElement>(null)
  useKeys([{ combo: 'mod+s', label: 'keys.save', inDialog: true, run: () => form.current?.requestSubmit() }])
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onSubmit()
  }
  return (
    <Modal opened onClose={onClose} title={title} size={size} lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ 'aria-label': t('ui.close') }}>
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
    </Modal>
  )
}
