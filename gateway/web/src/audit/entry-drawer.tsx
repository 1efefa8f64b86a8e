import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useFieldName } from '../admin/field-limits.tsx'
import { useGroupTitles, useNames } from '../api/directory.ts'
import { useRecord } from '../api/records.ts'
import type { AuditEntry } from '../api/types.ts'
import { dateTime, number } from '../lib/format.ts'
import { Drawer } from '../ui/drawer.tsx'
import { PartError } from '../ui/part-error.tsx'
import { Person } from '../ui/person.tsx'
import { Status } from '../ui/status.tsx'
import { actorWord, reasonOf, sentenceOf, toneOf } from './audit-words.ts'
import { ChangeList } from './change-list.tsx'
import { RecordLink } from './record-link.tsx'
import { useRecordNames, useRefs } from './record-names.ts'
import '../card/card.css'
import './audit.css'

function Right({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation()
  const { person } = useNames()
  const groupTitle = useGroupTitles().title
  const { ground } = entry
  if (!ground) return null
  if (ground.section === '') return <>{t('audit.everybody')}</>
  const rule = ground.share ? t('audit.byShare') : t('audit.byGroup', { group: groupTitle(ground.group), scope: t(`words.scope.${ground.scope}`, { defaultValue: ground.scope }) })
  return <>{[t(`words.section.${ground.section}`, { defaultValue: ground.section }), t(`audit.action.${ground.action}`, { defaultValue: ground.action }), rule, ground.inSteadOf && t('audit.inSteadOf', { name: person(ground.inSteadOf) ?? '—' })].filter(Boolean).join(' · ')}</>
}

type Fact = [label: string, value: ReactNode]

function Facts({ facts }: { facts: Fact[] }) {
  const { t } = useTranslation()
  return <dl>{facts.filter(([, value]) => value !== '').map(([label, value]) => <div key={label} className="fact"><dt>{t(label)}</dt><dd>{value}</dd></div>)}</dl>
}

const none: AuditEntry[] = []

/** One entry: everything that is known of it, and what proves it. */
export function EntryDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const names = useNames()
  const { data: entry, error, refetch } = useRecord<AuditEntry>('audit-entries', id)
  const fieldName = useFieldName()
  const recordName = useRecordNames(useRefs(entry === undefined ? none : [entry]))
  const name = entry && recordName(entry.section, entry.recordId)
  const facts: Fact[] = entry === undefined ? [] : [
    ['audit.time', dateTime(entry.time!)],
    ['audit.who', <Person key="who" id={entry.actorId} none={actorWord(entry.username, t)} full />],
    ['audit.record', name ? <RecordLink key="record" section={entry.section} id={entry.recordId}>{name}</RecordLink> : ''],
    ['audit.right', entry.ground ? <Right key="right" entry={entry} /> : ''],
    ['audit.reason', reasonOf(entry, t)],
    ['audit.times', entry.count > 1 ? number(entry.count) : ''],
    ['audit.records', entry.recordIds.length > 0 ? number(entry.count) : ''],
    ['parties.branch', names.branch(entry.branchId) ?? ''],
    ['audit.address', entry.address],
  ]
  const technical: Fact[] = entry === undefined ? [] : [
    ['audit.method', entry.method],
    ['audit.recordId', entry.recordId],
    ['audit.username', entry.username],
    ['audit.client', entry.client],
    ['audit.session', entry.sessionId ? <Link key="session" className="link" to="/sessions" search={{ view: 'journal' }}><span className="num">{entry.sessionId}</span></Link> : ''],
    ['audit.detail', entry.detail],
    ['audit.beforeHash', entry.beforeHash],
    ['audit.afterHash', entry.afterHash],
    ['audit.hash', entry.hash],
  ]
  return (
    <Drawer label={t('audit.one')} onClose={onClose} head={entry ? <span className="num">№ {entry.no}</span> : null}>
      <div className="od audit-entry">
        {error ? <PartError error={error} what={t('audit.one')} onRetry={() => void refetch()} /> : null}
        {entry ? (
          <>
            <h2>{sentenceOf({ ...entry, fields: [] }, { name, fieldName, person: names.person, t })}</h2>
            <Status tone={toneOf(entry.kind)}>{t(`audit.kind.${entry.kind}`)}</Status>
            <ChangeList entry={entry} recordName={recordName} />
            <Facts facts={facts} />
            <details><summary className="link">{t('audit.more')}</summary><Facts facts={technical} /></details>
            {entry.recordId ? <Link className="link" to="/audit" search={{ record: entry.recordId }}>{t('audit.sameRecord')}</Link> : null}
          </>
        ) : null}
      </div>
    </Drawer>
  )
}
