import { useTranslation } from 'react-i18next'
import { useFieldName } from '../admin/field-limits.tsx'
import type { AuditEntry } from '../api/types.ts'
import { plain } from './plain.ts'

/** Which fields changed, and from what to what where values are kept. */
export function ChangeList({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation()
  const nameOf = useFieldName()
  const bare = entry.fields.filter((field) => !entry.changes.some((change) => change.field === field))
  return (
    <ul className="audit-changes">
      {entry.changes.map((change) => (
        <li key={change.field}>
          <span className="medium">{nameOf(entry.section, change.field)}</span>
          {change.sensitive ? (
            <span className="muted">{t('audit.sensitive')}</span>
          ) : (
            <span className="audit-values">
              <del>{plain(change.before) || '—'}</del> <span aria-hidden="true">→</span> <ins>{plain(change.after) || '—'}</ins>
            </span>
          )}
        </li>
      ))}
      {bare.length > 0 ? <li className="soft">{bare.map((field) => nameOf(entry.section, field)).join(', ')}</li> : null}
      {entry.emptied ? <li className="muted">{t('audit.emptied')}</li> : null}
    </ul>
  )
}
