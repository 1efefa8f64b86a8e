import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import type { Import } from '../api/types.ts'
import { fieldLabel } from './field-label.ts'

type Conflict = { recordId: string; displayName: string; field: string; rule: string }

/** What an undo left as it is, and why. */
export function ConflictList({ path, record }: { path: string; record: Import }) {
  const { t } = useTranslation()
  const { data } = useQuery({
    queryKey: [path, record.id, 'conflicts', record.kept],
    queryFn: ({ signal }) => get<{ conflicts: Conflict[] }>(`${path}/${record.id}/conflicts`, { pageSize: 50 }, signal),
    enabled: Number(record.kept) > 0 && record.state === 'undone',
  })
  if (Number(record.kept) === 0 || record.state !== 'undone') return null
  return (
    <div className="im-errors">
      <h3>{t('imports.keptTitle', { count: Number(record.kept) })}</h3>
      <ul className="im-kept">
        {(data?.conflicts ?? []).map((one, at) => (
          <li key={at}>
            {record.kind === 'counterparty' ? <Link to="/counterparties/$id" params={{ id: one.recordId }}>{one.displayName}</Link> : one.displayName}
            <span className="meta">{one.field ? `${fieldLabel(one.field, t)}: ` : ''}{t(`imports.conflict.${one.rule}`)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
