import { useTranslation } from 'react-i18next'
import { IconPhoneCalling, IconPhoneIncoming } from '@tabler/icons-react'
import { clock } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { useNow } from '../lib/use-now.ts'
import { Icon } from '../ui/icon.tsx'
import { callerName } from './call-name.ts'
import { foremost } from './call-order.ts'
import { fold, showCall, useCalls, type MyCall } from './call-store.ts'
import { isLive } from './phase.ts'

function Bar({ one }: { one: MyCall }) {
  const { t } = useTranslation()
  const { calls, folded } = useCalls()
  const hidden = folded || calls[0] !== one
  const now = useNow(1000)
  useKeys([{ combo: 'alt+x', label: 'call.unfoldPanel', inDialog: true, run: () => showCall(one.call.id) }], folded)
  const ringing = one.phase === 'ringing'
  return (
    <button type="button" className={`callbar ${ringing ? 'ring' : ''}`} aria-expanded={!hidden} onClick={() => (hidden ? showCall(one.call.id) : fold(true))}>
      <Icon of={ringing ? IconPhoneIncoming : IconPhoneCalling} />
      <span className="cut callbar-name">{callerName(one.call, t)}</span>
      <span className="vh">{t(hidden ? 'call.unfoldPanel' : 'call.foldPanel')}</span>
      <span className="clk num">{clock((now - one.since) / 1000)}</span>
    </button>
  )
}

/** The present call with its clock, small, in the top bar. */
export function CallBar() {
  const { calls } = useCalls()
  const one = calls[0] && isLive(calls[0]) ? calls[0] : foremost(calls)
  return one ? <Bar key={one.call.id} one={one} /> : null
}
