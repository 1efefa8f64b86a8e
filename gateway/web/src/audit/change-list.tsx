import { useTranslation } from 'react-i18next'
import { useFieldName } from '../admin/field-limits.tsx'
import type { AuditEntry } from '../api/types.ts'
import { AuditValue } from './audit-value.tsx'
import type { RecordNames } from './record-names.ts'

/** Which fields changed, and from what to what where values are kept. */
export function ChangeList({ entry, recordName }: { entry: AuditEntry; recordName: RecordNames }) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const bare = entry.fields.filter((field) => !entry.changes.some((change) => change.field === field))
  return (
    <ul className="audit-changes">
      {entry.changes.map(({ field, sensitive, before, after }) => {
        const value = (json: string) => <AuditValue section={entry.section} field={field} json={json} recordId={entry.recordId} recordName={recordName} />
        return (
          <li key={field}>
            <span className="medium">{nameOf(entry.section, field)}</span>
            {sensitive ? <span className="muted">{t('audit.sensitive')}</span> : (
              <span className="audit-values"><del>{value(before)}</del> <span aria-hidden="true">→</span> <ins>{value(after)}</ins></span>
            )}
          </li>
        )
      })}
      {bare.length > 0 ? <li className="soft">{bare.map((field) => nameOf(entry.section, field)).join(', ')}</li> : null}
      {entry.emptied ? <li className="muted">{t('audit.emptied')}</li> : null}
    </ul>
  )
}
