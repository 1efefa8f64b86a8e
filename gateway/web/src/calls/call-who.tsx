import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { IconAlertCircle, IconPhone } from '@tabler/icons-react'
import { cardQuery } from '../api/card.ts'
import { useQueueTitle } from '../api/queues.ts'
import { phone } from '../lib/format.ts'
import { kindOf } from '../parties/party.ts'
import { mayNotCall, mayNotWrite, NoContactMark } from '../parties/no-contact-mark.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { VipMark } from '../ui/vip-mark.tsx'
import { ChangeParty } from './change-party.tsx'
import { OfferNumber } from './offer-number.tsx'
import { callerName, numberOf } from './call-name.ts'
import type { MyCall } from './call-store.ts'

/** The card of the caller, when the number belongs to one counterparty. */
export const useCallerCard = (one: MyCall) => useQuery({ ...cardQuery(one.call.counterpartyId), enabled: one.call.counterpartyId !== '' })

/** Who calls: name, part in the firm, number, line, queue, and the flags to know before the first word. */
export function CallWho({ one, titleId }: { one: MyCall; titleId: string }) {
  const { t } = useTranslation()
  const { call } = one
  const queueTitle = useQueueTitle()
  const { data: card } = useCallerCard(one)
  const party = card?.counterparty
  const person = card?.contactPersons.find((candidate) => candidate.id === call.contactPersonId)
  const place = person?.positions.find((position) => position.counterpartyId === call.counterpartyId)?.title
  const known = call.counterpartyId !== ''
  const name = callerName(call, t)
  const late = card?.records.filter((record) => record.section === 'requests' && record.open && record.dueTime && new Date(record.dueTime) < new Date()).length ?? 0
  const facts = [
    [t('call.number'), known ? numberOf(call, t) : ''],
    [t('call.queue'), queueTitle(call.queues.at(-1) ?? '')],
    [t('call.line'), call.line ? phone(call.line) : ''],
    [t('call.language'), party?.language ? t(`words.language.${party.language}`, { defaultValue: party.language }) : ''],
  ].filter(([, value]) => value !== '')
  return (
    <div className="cp-who">
      <div className="row gap12">
        {known ? <Avatar name={name} size="lg" /> : <span className="av lg cp-av"><Icon of={IconPhone} size={20} /></span>}
        <div className="grow">
          <h2 id={titleId}><span className="cp-name" title={name}>{name}</span>{party?.vip ? <VipMark /> : null}</h2>
          <div className="cp-place-line">
            <span className="soft cut cp-place">
              {known ? (
                call.contactPersonName ? <>{place ? `${place}, ` : ''}<Link className="link" to="/counterparties/$id" params={{ id: call.counterpartyId }}>{call.counterpartyName}</Link></> : t(`words.partyKind.${party ? kindOf(party) : 'unspecified'}`, { defaultValue: '' })
              ) : (
                t(call.matches.length > 1 ? 'call.several' : call.withheld ? 'call.unknownCaller' : 'call.unknown')
              )}
            </span>
            {known && one.phase !== 'elsewhere' ? <ChangeParty key={call.counterpartyId} call={call} /> : null}
          </div>
        </div>
      </div>
      <dl className="cp-facts">
        {facts.map(([label, value]) => <div key={label}><dt>{label}</dt><dd className="cut num" title={value}>{value}</dd></div>)}
      </dl>
      {late > 0 || (party && (mayNotCall(party) || mayNotWrite(party))) ? <div className="cp-flags">{party ? <NoContactMark party={party} /> : null}{late > 0 ? <span className="flag bad"><Icon of={IconAlertCircle} size={14} />{t('card.lateRequests', { count: late })}</span> : null}</div> : null}
      {party && card && one.phase !== 'elsewhere' ? <OfferNumber key={`${call.counterpartyId}${call.contactPersonId}`} call={call} party={party} persons={card.contactPersons} /> : null}
    </div>
  )
}
