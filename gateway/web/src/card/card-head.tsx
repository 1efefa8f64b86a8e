import { useTranslation } from 'react-i18next'
import { Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { IconAlertCircle, IconBriefcase, IconCalendarEvent, IconChevronDown, IconHistory, IconMail, IconMapPin, IconPhone, IconTicket } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import type { CounterpartyCard } from '../api/types.ts'
import { kindOf, mainChannel, phoneLink, phoneText } from '../parties/party.ts'
import { isPast } from '../interactions/interaction-words.ts'
import { dateTime, when } from '../lib/format.ts'
import { mayNotCall, mayNotWrite, NoContactMark } from '../parties/no-contact-mark.tsx'
import { AccessNote } from '../ui/access-note.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Person } from '../ui/person.tsx'
import { HistoryButton } from '../ui/history-button.tsx'
import { ShareButton } from '../ui/share-button.tsx'
import { HoldMark } from '../privacy/hold-mark.tsx'
import { SubjectMenu } from '../privacy/subject-menu.tsx'

function CreateMenu({ card }: { card: CounterpartyCard }) {
  const { t } = useTranslation()
  const can = useCan()
  const navigate = useNavigate()
  const party = card.counterparty!
  const search = { create: true, party: party.id, partyName: party.displayName } as never
  if (!can('opportunities', 'create') && !can('requests', 'create')) return null
  return (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button size="lg">{t('ui.create')}<Icon of={IconChevronDown} size={14} /></Button>
      </Menu.Target>
      <Menu.Dropdown>
        {can('opportunities', 'create') ? <Menu.Item leftSection={<Icon of={IconBriefcase} />} onClick={() => void navigate({ to: '/opportunities', search })}>{t('card.create.opportunities')}</Menu.Item> : null}
        {can('requests', 'create') ? <Menu.Item leftSection={<Icon of={IconTicket} />} onClick={() => void navigate({ to: '/requests', search })}>{t('card.create.requests')}</Menu.Item> : null}
      </Menu.Dropdown>
    </Menu>
  )
}

function ContactTimes({ last, next }: { last: string | undefined; next: string | undefined }) {
  const { t } = useTranslation()
  const late = isPast(next)
  return (
    <>
      {next ? <span className={`row num nowrap ${late ? 'late-text' : ''}`} title={dateTime(next)}><Icon of={IconCalendarEvent} />{t(late ? 'card.lateContact' : 'card.nextContact', { when: when(next) })}</span> : null}
      {last ? <span className="row soft num nowrap" title={dateTime(last)}><Icon of={IconHistory} />{t('card.lastContact', { when: when(last) })}</span> : null}
    </>
  )
}

/** Who it is in three lines: name; kind and flags; how to reach them and who answers for them. */
export function CardHead({ card }: { card: CounterpartyCard }) {
  const { t } = useTranslation()
  const names = useNames()
  const party = card.counterparty!
  const name = party.eraseTime ? t('privacy.erased') : party.displayName
  const [main, mail] = [mainChannel(party, 'phone'), mainChannel(party, 'email')]
  const late = card.records.filter((one) => one.section === 'requests' && one.open && one.dueTime && new Date(one.dueTime) < new Date())
  const roles = party.roles.map((role) => t(`words.role.${role}`).toLocaleLowerCase()).join(', ')
  return (
    <div className="rec">
      <div className="rec-l">
        <Avatar name={name} size="lg" square={party.kind === 'organisation'} />
        <div className="grow">
          <h1 className="cut" title={name}>{name}</h1>
          <div className="row soft rec-kind">
            <span className="cut">{[t(`words.partyKind.${kindOf(party)}`), roles].filter(Boolean).join(' · ')}</span>
            {party.vip ? <span className="flag vip">VIP</span> : null}
            <NoContactMark party={party} />
            <HoldMark named={{ counterpartyId: party.id }} />
            {late.length > 0 ? <span className="flag bad"><Icon of={IconAlertCircle} size={14} />{t('card.lateRequests', { count: late.length })}</span> : null}
          </div>
        </div>
        <div className="row rec-actions">
          {main && !mayNotCall(party) ? <a className="btn btn-primary btn-lg" href={phoneLink(main)}><Icon of={IconPhone} />{t('card.call')}</a> : null}
          {mail && !mayNotWrite(party) ? <a className="btn btn-lg" href={`mailto:${mail.value}`}><Icon of={IconMail} />{t('card.mail')}</a> : null}
          <HistoryButton section="counterparties" id={party.id} title={party.displayName} />
          <ShareButton section="counterparties" id={party.id} title={party.displayName} access={party.access} />
          <SubjectMenu named={{ counterpartyId: party.id }} name={name} erased={party.eraseTime !== undefined} />
          <CreateMenu card={card} />
        </div>
      </div>
      <div className="rec-sub">
        {main ? <a className="row link num" href={phoneLink(main)}><Icon of={IconPhone} />{phoneText(main)}</a> : null}
        {mail ? <a className="row link cut" href={`mailto:${mail.value}`}><Icon of={IconMail} /><span className="cut">{mail.value}</span></a> : null}
        <Person id={party.responsibleId} full none={t('card.noResponsible')} />
        <ContactTimes last={party.lastContactTime} next={party.nextContactTime} />
        {party.branchId ? <span className="row soft nowrap"><Icon of={IconMapPin} />{t('card.branch', { name: names.branch(party.branchId) ?? '—' })}</span> : null}
        <AccessNote section="counterparties" access={party.access} />
      </div>
    </div>
  )
}
