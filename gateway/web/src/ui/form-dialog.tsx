import { useRef, useState, type FormEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { errorText } from '../api/error-text.ts'
import { useKeys } from '../lib/keys.ts'
import { submitTyped } from '../lib/submit-typed.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Question } from './question.tsx'

type Props = {
  title: string
  submit: string
  onClose: () => void
  onSubmit: () => void
  busy: boolean
  error?: unknown
  /** A draft of the form was brought back: it is full before anybody touches it. */
  restored?: boolean
  size?: number
  tone?: 'primary' | 'bad'
  children: ReactNode
  foot?: ReactNode
}

const isTopmost = (form: HTMLElement | null): boolean => [...document.querySelectorAll('[aria-modal="true"]')].at(-1)?.contains(form) === true

/** What stands in the fields of a form, lists and ticks included. */
const contentsOf = (form: HTMLFormElement | null): string =>
  JSON.stringify([...(form?.querySelectorAll<HTMLInputElement>('input, textarea') ?? [])].map((field) => (['checkbox', 'radio'].includes(field.type) ? field.checked : field.value)))

/**
 * A dialog with a form: Ctrl+S sends, Esc leaves, the first wrong field gets the focus by its label. Esc, the cross and a click beside
 * it happen by accident: what somebody has entered is asked about first. The button that leaves does not ask.
 */
export function FormDialog({ title, submit, onClose, onSubmit, busy, error, restored = false, size = 640, tone = 'primary', children, foot }: Props) {
  const { t } = useTranslation()
  const form = useRef<HTMLFormElement>(null)
  const [asking, setAsking] = useState(false)
  // Compared with the moment before the first touch: names that are loaded after the opening fill fields as well.
  const untouched = useRef<string>(undefined)
  const onTouch = () => {
    untouched.current ??= contentsOf(form.current)
  }
  const leave = () => {
    if (restored || (untouched.current !== undefined && untouched.current !== contentsOf(form.current))) setAsking(true)
    else onClose()
  }
  useKeys([{ combo: 'mod+s', label: 'keys.save', inDialog: true, run: () => (isTopmost(form.current) ? submitTyped(form.current) : false) }])
  const send = (event: FormEvent) => {
    event.preventDefault()
    // React lets the sending of a dialog that opens over this one through to it.
    if (event.target !== event.currentTarget) return
    if (!busy) onSubmit()
  }
  return (
    <Dialog onClose={leave} title={title} size={size}>
      <form ref={form} onSubmit={send} onPointerDownCapture={onTouch} onKeyDownCapture={onTouch} onBeforeInputCapture={onTouch}>
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
      {asking ? <Question tone="bad" title={t('ui.leaveTitle')} text={t('ui.leaveText')} submit={t('ui.leave')} back={t('ui.stay')} onBack={() => setAsking(false)} onSubmit={onClose} /> : null}
    </Dialog>
  )
}
