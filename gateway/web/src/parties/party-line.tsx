import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { IconPhone } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import type { Counterparty } from '../api/types.ts'
import { when } from '../lib/format.ts'
import { Icon } from '../ui/icon.tsx'
import { VipMark } from '../ui/vip-mark.tsx'
import { mayNotCall } from './no-contact-mark.tsx'
import { mainChannel, phoneLink, phoneText } from './party.ts'

/** A counterparty as a card of the phone list. */
export function PartyLine({ party }: { party: Counterparty }) {
  const { t } = useTranslation()
  const names = useNames()
  const main = mainChannel(party, 'phone')
  const roles = party.roles.map((role) => t(`words.role.${role}`)).join(', ')
  return (
    <>
      <div className="grow">
        <div className="n">
          <Link className="cut" to="/counterparties/$id" params={{ id: party.id }}>
            {party.displayName}
          </Link>
          {party.vip ? <VipMark /> : null}
        </div>
        <div className="l">
          <span className="cut">{[roles, names.branch(party.branchId)].filter(Boolean).join(' · ')}</span>
        </div>
        <div className="l num">
          <span>{phoneText(main)}</span>
          <span className="muted cut">{when(party.updateTime)}</span>
        </div>
      </div>
      {main && !mayNotCall(party) ? (
        <a className="t44" href={phoneLink(main)} aria-label={t('card.callTo', { name: party.displayName })}>
          <Icon of={IconPhone} size={20} />
        </a>
      ) : null}
    </>
  )
}
