import { useLayoutEffect, useRef, useState, type FormEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import { useKeys } from '../lib/keys.ts'
import { submitTyped } from '../lib/submit-typed.ts'
import type { Restored } from '../lib/use-draft.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { DraftNote } from './draft-note.tsx'
import { Onward } from './onward-button.tsx'
import { Question } from './question.tsx'
import { StaleNote } from './stale-note.tsx'

type Props = {
  title: string
  submit: string
  /** Instead of «cancel», where nothing is taken back by leaving: `ui.close`. */
  leaving?: string | undefined
  onClose: () => void
  /** `then`: what comes in place of the way back, once it is saved. */
  onSubmit: (then?: () => void) => void
  busy: boolean
  error?: unknown
  /** Of the form's draft: one that was brought back is full before anybody touches it. */
  restored?: Restored
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
 * it happen by accident: what somebody has entered is asked about first. The button that leaves does not ask. What leads to another
 * dialog (`OnwardButton`) saves first.
 */
export function FormDialog({ title, submit, leaving, onClose, onSubmit, busy, error, restored, size = 640, tone = 'primary', children, foot }: Props) {
  const { t } = useTranslation()
  const form = useRef<HTMLFormElement>(null)
  const [asking, setAsking] = useState(false)
  // Compared with the moment before the first touch: names that are loaded after the opening fill fields as well.
  const untouched = useRef<string>(undefined)
  const onTouch = () => {
    untouched.current ??= contentsOf(form.current)
  }
  const isTouched = () => restored?.at !== undefined || (untouched.current !== undefined && untouched.current !== contentsOf(form.current))
  const leave = () => {
    if (isTouched()) setAsking(true)
    else onClose()
  }
  // Where the form leads once it is saved; asked about while it is set.
  const [onward, setOnward] = useState<() => void>()
  const goOn = (to: () => void) => {
    if (isTouched()) setOnward(() => to)
    else to()
  }
  const next = useRef<() => void>(undefined)
  const saveAndGo = () => {
    setOnward(undefined)
    next.current = onward
    submitTyped(form.current)
    // A field that is not filled in keeps the form here: a later saving leads where it always does.
    next.current = undefined
  }
  const client = useQueryClient()
  // An error that was answered by beginning anew is told no more.
  const [answered, setAnswered] = useState<unknown>()
  const told = error === answered ? undefined : error
  const stale = restored !== undefined && told instanceof ApiError && told.problem.reason === 'ETAG_MISMATCH'
  const latest = useRef(restored)
  useLayoutEffect(() => {
    latest.current = restored
  })
  const anew = async () => {
    // What others saved is fetched first, and is here one task later.
    if (stale) await client.invalidateQueries().then(() => new Promise((resolve) => setTimeout(resolve)))
    untouched.current = undefined
    setAnswered(error)
    latest.current?.anew()
  }
  useKeys([{ combo: 'mod+s', label: 'keys.save', inDialog: true, run: () => (isTopmost(form.current) ? submitTyped(form.current) : false) }])
  const send = (event: FormEvent) => {
    event.preventDefault()
    // React lets the sending of a dialog that opens over this one through to it.
    if (event.target !== event.currentTarget) return
    if (!busy) onSubmit(next.current)
  }
  return (
    <Dialog onClose={leave} title={title} size={size}>
      <form ref={form} onSubmit={send} onPointerDownCapture={onTouch} onKeyDownCapture={onTouch} onBeforeInputCapture={onTouch}>
        <DraftNote at={restored?.at} onAnew={() => void anew()} />
        <div className="form-grid">{children}</div>
        {stale ? <StaleNote onFresh={() => void anew()} /> : told ? <p className="form-error" role="alert">{errorText(told)}</p> : null}
        <div className="form-foot">
          <Onward value={goOn}>{foot}</Onward>
          <span className="grow" />
          <Button size="lg" onClick={onClose}>
            {leaving ?? t('ui.cancel')}
          </Button>
          <Button size="lg" tone={tone} type="submit" busy={busy} combo="mod+s">
            {submit}
          </Button>
        </div>
      </form>
      {asking ? <Question tone="bad" title={t('ui.leaveTitle')} text={t('ui.leaveText')} submit={t('ui.leave')} back={t('ui.stay')} onBack={() => setAsking(false)} onSubmit={onClose} /> : null}
      {onward ? <Question tone="primary" title={t('ui.saveFirstTitle')} text={t('ui.saveFirstText')} submit={t('ui.saveFirst')} back={t('ui.stay')} onBack={() => setOnward(undefined)} onSubmit={saveAndGo} /> : null}
    </Dialog>
  )
}
