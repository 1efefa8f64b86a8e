import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useNames } from '../api/directory.ts'
import { useCan } from '../api/me.ts'
import { useRecords } from '../api/records.ts'
import type { AuditEntry } from '../api/types.ts'
import { when } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { PartError } from '../ui/part-error.tsx'
import { Person } from '../ui/person.tsx'
import { ChangeList } from './change-list.tsx'
import { useFieldName } from '../admin/field-limits.tsx'
import { actorWord, sentenceOf } from './audit-words.ts'
import { useRecordNames, useRefs } from './record-names.ts'
import './audit.css'

type Props = { section: string; id: string; title: string; onClose: () => void }

/** Who changed what of one record and when, the newest first. */
export default function HistoryDialog({ section, id, title, onClose }: Props) {
  const { t } = useTranslation()
  const can = useCan()
  const records = useRecords<AuditEntry>(`record-history/${section}/${id}`, 'auditEntries')
  const fieldName = useFieldName()
  const { person } = useNames()
  const recordName = useRecordNames(useRefs(records.rows))
  return (
    <Dialog onClose={onClose} title={t('audit.historyOf', { title })} size={640}>
      {records.error ? <PartError error={records.error} what={t('audit.history')} onRetry={() => void records.refetch()} /> : null}
      {!records.isPending && records.rows.length === 0 && !records.error ? <p className="meta">{t('audit.noHistory')}</p> : null}
      <ol className="audit-history" aria-label={t('audit.history')}>
        {records.rows.map((entry) => (
          <li key={entry.id}>
            <div className="row">
              <span className="medium grow">{sentenceOf({ ...entry, fields: [] }, { name: undefined, fieldName, person, t })}</span>
              <span className="soft"><Person id={entry.actorId} none={actorWord(entry.username, t)} full /></span>
              <time className="meta num" dateTime={entry.time}>{when(entry.time)}</time>
            </div>
            <ChangeList entry={entry} recordName={recordName} />
          </li>
        ))}
      </ol>
      <div className="form-foot">
        {can('audit') ? <Link className="link" to="/audit" search={{ record: id }} onClick={onClose}>{t('audit.inLog')}</Link> : null}
        <span className="grow" />
        {records.hasNextPage ? <Button busy={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>{t('timeline.more')}</Button> : null}
      </div>
    </Dialog>
  )
}
