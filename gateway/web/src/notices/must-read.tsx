import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNames } from '../api/directory.ts'
import type { Notification } from '../api/types.ts'
import { dateTime } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { useRead, useUnread } from './use-notices.ts'
import './notices.css'

/** Nobody types any more who has not for so long. */
const PAUSE_MS = 2000
// What is dictated, or comes from an input method, presses no key.
const TYPING = ['keydown', 'input']

/** Whether nobody types. What comes meanwhile would take the next keys, unseen. */
function usePause(): boolean {
  const [paused, setPaused] = useState(true)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const onTyping = () => {
      setPaused(false)
      clearTimeout(timer)
      timer = setTimeout(() => setPaused(true), PAUSE_MS)
    }
    for (const name of TYPING) window.addEventListener(name, onTyping, true)
    return () => {
      clearTimeout(timer)
      for (const name of TYPING) window.removeEventListener(name, onTyping, true)
    }
  }, [])
  return paused
}

/** Over whatever is open. The focus goes to the words: the button is pressed by who means it, and by no key that was on its way elsewhere. */
function Message({ notice, others }: { notice: Notification; others: number }) {
  const { t } = useTranslation()
  const names = useNames()
  const read = useRead()
  const text = useRef<HTMLParagraphElement>(null)
  // An employee whose name one may not see has none here; only a program has no id.
  const sender = notice.senderId ? names.person(notice.senderId) : t('notices.program')
  useEffect(() => {
    const isHere = (target: Element) => text.current?.closest('[role="dialog"]')?.contains(target)
    // A form that opens below takes the focus for itself; the call panel alone lies above.
    const onFocus = ({ target }: FocusEvent) => {
      if (target instanceof Element && isHere(target) === false && !target.closest('.cp')) text.current?.focus()
    }
    // What lies below hears no key that is pressed here; F6 leads to a call.
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof Element && isHere(event.target) && event.key !== 'Tab' && event.key !== 'F6') event.stopPropagation()
    }
    const before = document.activeElement
    document.addEventListener('focusin', onFocus)
    document.addEventListener('keydown', onKey, true)
    return () => {
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('keydown', onKey, true)
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <Dialog onClose={() => {}} leavable={false} closeOnClickOutside={false} zIndex="var(--z-must-read)" classNames={{ root: 'must-read' }} title={sender ? t('notices.messageFrom', { name: sender }) : t('notices.kind.message')} size={520}>
      <p ref={text} className="notice-text" tabIndex={0} data-autofocus>{notice.title}</p>
      <div className="form-foot">
        <span className="meta num">{dateTime(notice.createTime!)}{others > 0 ? ` · ${t('notices.moreWait', { count: others })}` : ''}</span>
        <span className="grow" />
        <Button size="lg" tone="primary" busy={read.isPending} onClick={() => read.mutate(notice.id)}>{t('notices.haveRead')}</Button>
      </div>
    </Dialog>
  )
}

/** Messages that must be read, one after the other, the oldest first: the press of the button is the receipt. One that is shown stays. */
export function MustRead() {
  const paused = usePause()
  const [shown, setShown] = useState<string>()
  const waiting = useUnread().data?.notifications.filter(({ mustRead }) => mustRead) ?? []
  const notice = waiting.at(-1)
  if (notice !== undefined && paused && shown !== notice.id) setShown(notice.id)
  return notice !== undefined && shown === notice.id ? <Message key={notice.id} notice={notice} others={waiting.length - 1} /> : null
}
