import { useTranslation } from 'react-i18next'
import { IconMailOff, IconPhoneOff } from '@tabler/icons-react'
import type { Channel } from '../api/types.ts'
import { Icon } from '../ui/icon.tsx'

type Party = { channels: Channel[]; doNotCall: boolean; doNotWrite: boolean }

/** Asked not to be called: as a whole, or by every number that there is. */
export const mayNotCall = ({ channels, doNotCall }: Party) => doNotCall || all(channels, 'phone')
export const mayNotWrite = ({ channels, doNotWrite }: Party) => doNotWrite || all(channels, 'email')

const isShut = ({ blocked, consent }: Channel) => blocked || consent === 'withdrawn'

function all(channels: Channel[], kind: Channel['kind']): boolean {
  const ours = channels.filter((one) => one.kind === kind)
  return ours.length > 0 && ours.every(isShut)
}

/** Flags that whoever reaches for the phone or the keyboard must see first. */
export function NoContactMark({ party }: { party: Party }) {
  const { t } = useTranslation()
  return (
    <>
      {mayNotCall(party) ? <span className="flag warn"><Icon of={IconPhoneOff} size={14} />{t('parties.noCalls')}</span> : null}
      {mayNotWrite(party) ? <span className="flag warn"><Icon of={IconMailOff} size={14} />{t('parties.noLetters')}</span> : null}
    </>
  )
}
