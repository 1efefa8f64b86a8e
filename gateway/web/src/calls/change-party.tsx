import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useCanWith, useFields } from '../api/me.ts'
import type { Call } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { PartySelect } from '../ui/party-select.tsx'
import { useSetParty } from './use-set-party.ts'
import './change-party.css'

export function useMayChangeParty(call: Call): boolean {
  const may = useCanWith('calls', call)('change')
  return useFields('calls').writable('counterpartyId', 'change') && may
}

/** The number was recognised, but somebody else spoke: another client by type-ahead. */
export function ChangeParty({ call }: { call: Call }) {
  const { t } = useTranslation()
  const may = useMayChangeParty(call)
  const set = useSetParty(call)
  const [asking, setAsking] = useState(false)
  const box = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (asking) box.current?.querySelector('input')?.focus()
  }, [asking])
  if (!may) return null
  const stop = () => {
    setAsking(false)
    requestAnimationFrame(() => box.current?.querySelector('button')?.focus())
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !asking) return
    // Neither for the panel nor for the drawer around.
    event.stopPropagation()
    stop()
  }
  return (
    <span ref={box} role="presentation" className={asking ? 'change-party asking' : 'change-party'} onKeyDown={onKeyDown}>
      {asking ? (
        <>
          <PartySelect label={t('call.whoReally')} value={undefined} onChange={(party) => party && set.mutate({ counterpartyId: party.id }, { onSuccess: stop })} />
          <Button size="sm" tone="quiet" busy={set.isPending} onClick={stop}>{t('ui.cancel')}</Button>
        </>
      ) : (
        <Button size="sm" tone="quiet" aria-label={t(call.counterpartyId ? 'call.changeParty' : 'requests.chooseParty')} onClick={() => setAsking(true)}>{t(call.counterpartyId ? 'call.change' : 'requests.chooseParty')}</Button>
      )}
    </span>
  )
}
