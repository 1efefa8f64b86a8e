import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Portal } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { IconChevronDown, IconChevronRight, IconExternalLink, IconX } from '@tabler/icons-react'
import { call as callApi, newKey } from '../api/client.ts'
import { useNames } from '../api/directory.ts'
import { announce } from '../lib/announce.ts'
import { clock } from '../lib/format.ts'
import { holdTyping, inDialog, takeTyping, useKeys } from '../lib/keys.ts'
import { useNow } from '../lib/use-now.ts'
import { usePhoneWidth } from '../lib/use-phone-width.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Question } from '../ui/question.tsx'
import { CallBody } from './call-body.tsx'
import { CallWho } from './call-who.tsx'
import { callerName } from './call-name.ts'
import { CallOthers } from './call-others.tsx'
import { dropCall, fold, showCall, useCalls, type MyCall } from './call-store.ts'
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

/** So long may one type on after the field under the caret is gone. */
const TYPED_ON_MS = 1500

/**
 * F6 goes to the panel and back, over the trap of a dialog too. Where the call in which the focus stood gives way to another, the focus stays in the panel, and what is
 * typed on for a moment is neither a command of the page nor words of the other call; where the panel leaves, the focus goes back.
 */
function useFocusWay(id: string | undefined) {
  const panel = useRef<HTMLElement>(null)
  const before = useRef<Element>(null)
  const inside = useRef(false)
  const back = () => {
    if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus({ preventScroll: true })
  }
  useEffect(() => {
    if (!inside.current || document.activeElement !== document.body) return
    if (id === undefined) {
      inside.current = false
      return back()
    }
    panel.current?.focus()
    holdTyping()
    const timer = setTimeout(takeTyping, TYPED_ON_MS)
    return () => {
      clearTimeout(timer)
      takeTyping()
    }
  }, [id])
  const change = () => {
    if (panel.current?.contains(document.activeElement)) back()
    else panel.current?.focus()
  }
  useKeys([{ combo: 'F6', label: 'keys.toCall', inFields: true, inDialog: true, run: change }], id !== undefined)
  const onFocus = ({ currentTarget, relatedTarget }: FocusEvent) => {
    inside.current = true
    if (relatedTarget && !currentTarget.contains(relatedTarget)) before.current = relatedTarget
  }
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) inside.current = false
  }
  return { ref: panel, tabIndex: -1, onFocus, onBlur }
}

/** A form that is open keeps its words: what the panel leads to opens beside it. */
function beside(event: MouseEvent) {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
  if (!link || !inDialog()) return
  event.preventDefault()
  window.open(link.href, '_blank', 'noopener')
}

type Props = { one: MyCall; others: MyCall[]; way: ReturnType<typeof useFocusWay> }

function Panel({ one, others, way }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const phone = usePhoneWidth()
  const words = useUnknown(one.call, one.request?.id ?? one.call.requestId)
  const [asking, setAsking] = useState(false)
  const [listed, setListed] = useState(false)
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
    { combo: 'alt+n', label: 'keys.nextCall', inDialog: true, run: () => (others[0] && !asking ? showCall(others[0].call.id) : false) },
  ])
  const listId = `others-${one.call.id}`
  const kind = one.phase === 'ringing' ? 'ringing' : one.phase === 'talking' || one.phase === 'held' ? 'talking' : 'over'
  return (
    <>
      <aside className={`cp ${kind}`} role="dialog" aria-modal="false" aria-labelledby={`call-${one.call.id}`} onKeyDown={onKeyDown} onClickCapture={beside} {...way}>
        <div className="cp-state">
          <State one={one} />
          {others.length > 0 ? (
            <button type="button" className={`cp-more ${others.some(isLive) ? 'live' : ''}`} aria-expanded={listed} aria-controls={listId} aria-label={t('call.others', { count: others.length })} title={`${t('call.others', { count: others.length })} (Alt N)`} onClick={() => setListed(!listed)}>
              +{others.length}
            </button>
          ) : null}
          <IconButton size="sm" icon={over ? IconX : phone ? IconChevronDown : IconChevronRight} label={t(over ? 'ui.close' : 'call.fold')} onClick={leave} />
        </div>
        {listed && others.length > 0 ? <CallOthers calls={others} id={listId} /> : null}
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
  const [first, ...others] = calls
  const one = first && !(folded && isLive(first)) ? first : undefined
  const way = useFocusWay(one?.call.id)
  if (!one) return null
  return (
    <Portal>
      <Panel key={one.call.id} one={one} others={others} way={way} />
    </Portal>
  )
}
