import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Portal } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { IconChevronDown, IconChevronRight, IconExternalLink, IconX } from '@tabler/icons-react'
import { call as callApi, newKey } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { announce } from '../lib/announce.ts'
import { clock } from '../lib/format.ts'
import { inDialog, useKeys } from '../lib/keys.ts'
import { useNow } from '../lib/use-now.ts'
import { usePhoneWidth } from '../lib/use-phone-width.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Question } from '../ui/question.tsx'
import { CallBody } from './call-body.tsx'
import { CallWho } from './call-who.tsx'
import { callerName } from './call-name.ts'
import { dropCall, fold, useCalls, type MyCall } from './call-store.ts'
import { isLive } from './phase.ts'
import { useUnknown } from './use-unknown.ts'
import './call-panel.css'

/** Tells the server that the call is painted: two frames after the panel came into the page. */
function useSeenMark(id: string) {
  useEffect(() => {
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => void callApi('POST', `calls/${id}:seen`, { body: {}, key: newKey() }).catch(() => undefined))
    })
    return () => cancelAnimationFrame(frame)
  }, [id])
}

/** Says once what became of a call that is not ours any more. */
function useLastWord(one: MyCall, text: string) {
  useEffect(() => {
    if (one.phase === 'elsewhere' || one.phase === 'missed') announce(text)
  }, [one.phase, text])
}

function State({ one }: { one: MyCall }) {
  const { t } = useTranslation()
  const names = useNames()
  const now = useNow(1000, isLive(one))
  const seconds = clock((now - one.since) / 1000)
  const name = names.person(one.by)
  const elsewhere = name ? t('call.elsewhere', { name }) : t('call.elsewhereUnknown')
  const missed = t(`words.offerOutcome.${one.outcome ?? 'missed'}`, { defaultValue: t('call.missed') })
  useLastWord(one, one.phase === 'elsewhere' ? elsewhere : missed)
  switch (one.phase) {
    case 'ringing': return <><span className="pulse" /><span className="grow">{t(`call.direction.${one.call.direction}`)}</span><span className="cp-light">{t('call.waits')}</span><span className="num">{seconds}</span></>
    case 'talking': return <><span className="grow">{t('call.talking')} <span className="num">{seconds}</span></span></>
    case 'held': return <><span className="grow">{t('call.held')} <span className="num">{seconds}</span></span></>
    case 'ended': return <span className="grow">{t('call.ended', { time: clock(one.call.talkSeconds) })}</span>
    case 'elsewhere': return <span className="grow">{elsewhere}</span>
    default: return <span className="grow">{missed}</span>
  }
}

/** F6 goes to the panel and back, over the trap of a dialog too; the focus that stood in a panel which leaves goes back as well. */
function useFocusWay() {
  const panel = useRef<HTMLElement>(null)
  const before = useRef<Element>(null)
  const back = () => {
    if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus({ preventScroll: true })
  }
  useEffect(() => () => {
    if (document.activeElement === document.body) back()
  }, [])
  const change = () => {
    if (panel.current?.contains(document.activeElement)) back()
    else panel.current?.focus()
  }
  useKeys([{ combo: 'F6', label: 'keys.toCall', inFields: true, inDialog: true, run: change }])
  const onFocus = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (relatedTarget && !currentTarget.contains(relatedTarget)) before.current = relatedTarget
  }
  return { ref: panel, tabIndex: -1, onFocus }
}

/** A form that is open keeps its words: what the panel leads to opens beside it. */
function beside(event: MouseEvent) {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
  if (!link || !inDialog()) return
  event.preventDefault()
  window.open(link.href, '_blank', 'noopener')
}

function Panel({ one, others }: { one: MyCall; others: number }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const phone = usePhoneWidth()
  const way = useFocusWay()
  const words = useUnknown(one.call, one.request?.id ?? one.call.requestId)
  const [asking, setAsking] = useState(false)
  useSeenMark(one.call.id)
  const over = !isLive(one)
  const leave = () => {
    if (!over) fold(true)
    else if (one.typed) setAsking(true)
    else dropCall(one.call.id)
  }
  const discard = () => {
    words.forget()
    dropCall(one.call.id)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    // Not for the dialog below as well.
    event.preventDefault()
    leave()
  }
  const party = one.call.counterpartyId
  const openCard = () => {
    if (!party) return false
    if (phone) fold(true)
    void navigate({ to: '/counterparties/$id', params: { id: party } })
  }
  useKeys([
    { combo: 'alt+c', label: 'keys.callCard', run: openCard },
    { combo: 'alt+x', label: 'keys.foldCall', inDialog: true, run: () => (asking ? false : leave()) },
  ])
  const kind = one.phase === 'ringing' ? 'ringing' : one.phase === 'talking' || one.phase === 'held' ? 'talking' : 'over'
  return (
    <>
      <aside className={`cp ${kind}`} role="dialog" aria-modal="false" aria-labelledby={`call-${one.call.id}`} onKeyDown={onKeyDown} onClickCapture={beside} {...way}>
        <div className="cp-state">
          <State one={one} />
          {others > 0 ? <span className="count todo" title={t('call.others', { count: others })}>+{others}</span> : null}
          <IconButton size="sm" icon={over ? IconX : phone ? IconChevronDown : IconChevronRight} label={t(over ? 'ui.close' : 'call.fold')} onClick={leave} />
        </div>
        <CallWho one={one} titleId={`call-${one.call.id}`} />
        {one.phase === 'elsewhere' && !one.typed ? null : <CallBody one={one} words={words} />}
        <div className="cp-foot">
          {party ? <Button tone="quiet" icon={IconExternalLink} combo="alt+c" onClick={openCard}>{t('call.openCard')}</Button> : null}
          <span className="grow" />
          <span className="meta cp-esc"><kbd>Alt X</kbd> {t(over ? 'call.closeShort' : 'call.foldShort')}</span>
        </div>
        <span className="vh">{callerName(one.call, t)}</span>
      </aside>
      {asking ? <Question tone="bad" title={t('ui.leaveTitle')} text={t('ui.leaveText')} submit={t('ui.leave')} back={t('ui.stay')} onBack={() => setAsking(false)} onSubmit={discard} /> : null}
    </>
  )
}

/** Slides in over whatever is open at the first ring and never takes the focus away. */
export default function CallPanel() {
  const { calls, folded } = useCalls()
  const [one, ...others] = calls
  if (!one || (folded && isLive(one))) return null
  return (
    <Portal>
      <Panel key={one.call.id} one={one} others={others.length} />
    </Portal>
  )
}
