import { useTranslation } from 'react-i18next'
import { IconPhoneCalling, IconPhoneIncoming } from '@tabler/icons-react'
import { clock } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { useNow } from '../lib/use-now.ts'
import { Icon } from '../ui/icon.tsx'
import { callerName } from './call-name.ts'
import { fold, useCalls, type MyCall } from './call-store.ts'
import { isLive } from './phase.ts'

function Bar({ one }: { one: MyCall }) {
  const { t } = useTranslation()
  const { folded } = useCalls()
  const now = useNow(1000)
  useKeys([{ combo: 'alt+x', label: 'call.unfoldPanel', inDialog: true, run: () => fold(false) }], folded)
  const ringing = one.phase === 'ringing'
  return (
    <button type="button" className={`callbar ${ringing ? 'ring' : ''}`} aria-expanded={!folded} onClick={() => fold(!folded)}>
      <Icon of={ringing ? IconPhoneIncoming : IconPhoneCalling} />
      <span className="cut callbar-name">{callerName(one.call, t)}</span>
      <span className="vh">{t(folded ? 'call.unfoldPanel' : 'call.foldPanel')}</span>
      <span className="clk num">{clock((now - one.since) / 1000)}</span>
    </button>
  )
}

/** The present call with its clock, small, in the top bar. */
export function CallBar() {
  const { calls } = useCalls()
  const one = calls.find(isLive)
  return one ? <Bar key={one.call.id} one={one} /> : null
}
