import { useTranslation } from 'react-i18next'
import { IconPhone, IconPhoneCalling, IconPhoneIncoming, IconPhoneOff, IconPhonePause } from '@tabler/icons-react'
import { useNow } from '../lib/use-now.ts'
import { clock } from '../lib/format.ts'
import { Icon } from '../ui/icon.tsx'
import { callerName, numberOf } from './call-name.ts'
import { showCall, type MyCall } from './call-store.ts'
import { isLive } from './phase.ts'

const icons = { ringing: IconPhoneIncoming, talking: IconPhoneCalling, held: IconPhonePause, ended: IconPhone, elsewhere: IconPhone, missed: IconPhoneOff }

/** The calls that are not shown: where each stands, who it is; a click shows it. */
export function CallOthers({ calls, id }: { calls: MyCall[]; id: string }) {
  const { t } = useTranslation()
  const now = useNow(1000, calls.some(isLive))
  return (
    <ul className="cp-others" id={id} aria-label={t('call.others', { count: calls.length })}>
      {calls.map((one) => (
        <li key={one.call.id}>
          <button type="button" className={`cp-other ${isLive(one) ? 'live' : ''}`} onClick={() => showCall(one.call.id)}>
            <Icon of={icons[one.phase]} />
            <span className="cut medium">{callerName(one.call, t)}</span>
            <span className="num">{isLive(one) ? clock((now - one.since) / 1000) : ''}</span>
            <span className="meta cut cp-other-more">{[t(`call.phase.${one.phase}`), one.call.counterpartyId ? numberOf(one.call, t) : '', one.typed ? t('call.unsaved') : ''].filter(Boolean).join(' · ')}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
