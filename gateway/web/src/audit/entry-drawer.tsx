import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useNames } from '../api/directory.ts'
import { useRecord } from '../api/records.ts'
import type { AuditEntry } from '../api/types.ts'
import { dateTime, number } from '../lib/format.ts'
import { Drawer } from '../ui/drawer.tsx'
import { PartError } from '../ui/part-error.tsx'
import { Person } from '../ui/person.tsx'
import { Status } from '../ui/status.tsx'
import { actorWord, deedOf, pageOf, reasonOf, toneOf } from './audit-words.ts'
import { ChangeList } from './change-list.tsx'
import '../card/card.css'
import './audit.css'

function RecordLink({ entry }: { entry: AuditEntry }) {
  const page = pageOf(entry.section)
  const short = <span className="num cut">{entry.recordId}</span>
  if (page === '/counterparties') return <Link className="link" to="/counterparties/$id" params={{ id: entry.recordId }}>{short}</Link>
  return page ? <Link className="link" to={page} search={{ open: entry.recordId } as never}>{short}</Link> : short
}

function Right({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation()
  const { person } = useNames()
  const { ground } = entry
  if (!ground) return null
  if (ground.section === '') return <>{t('audit.everybody')}</>
  const rule = ground.share ? t('audit.byShare') : t('audit.byGroup', { group: ground.group, scope: t(`words.scope.${ground.scope}`, { defaultValue: ground.scope }) })
  return <>{[t(`words.section.${ground.section}`, { defaultValue: ground.section }), t(`audit.action.${ground.action}`, { defaultValue: ground.action }), rule, ground.inSteadOf && t('audit.inSteadOf', { name: person(ground.inSteadOf) ?? '—' })].filter(Boolean).join(' · ')}</>
}

/** One entry: everything that is known of it, and what proves it. */
export function EntryDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation()
  const names = useNames()
  const { data: entry, error, refetch } = useRecord<AuditEntry>('audit-entries', id)
  const facts: [string, ReactNode][] = entry === undefined ? [] : [
    ['audit.time', dateTime(entry.time!)],
    ['audit.who', <Person key="who" id={entry.actorId} none={actorWord(entry.username, t)} full />],
    ['audit.username', entry.username],
    ['audit.client', entry.client],
    ['audit.address', entry.address],
    ['audit.session', entry.sessionId ? <Link key="session" className="link" to="/sessions" search={{ view: 'journal' }}><span className="num">{entry.sessionId}</span></Link> : ''],
    ['audit.right', entry.ground ? <Right key="right" entry={entry} /> : ''],
    ['audit.reason', reasonOf(entry, t)],
    ['audit.times', entry.count > 1 ? number(entry.count) : ''],
    ['audit.record', entry.recordId ? <RecordLink key="record" entry={entry} /> : ''],
    ['audit.records', entry.recordIds.length > 0 ? number(entry.count) : ''],
    ['parties.branch', names.branch(entry.branchId) ?? ''],
    ['audit.method', entry.method],
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
            <h2>{deedOf(entry, t)}</h2>
            <Status tone={toneOf(entry.kind)}>{t(`audit.kind.${entry.kind}`)}</Status>
            <ChangeList entry={entry} />
            <dl>
              {facts.filter(([, value]) => value !== '').map(([label, value]) => (
                <div key={label} className="fact"><dt>{t(label)}</dt><dd>{value}</dd></div>
              ))}
            </dl>
            {entry.recordId ? <Link className="link" to="/audit" search={{ record: entry.recordId }}>{t('audit.sameRecord')}</Link> : null}
          </>
        ) : null}
      </div>
    </Drawer>
  )
}
