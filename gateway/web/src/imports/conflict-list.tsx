import { useTranslation } from 'react-i18next'
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import type { Import } from '../api/types.ts'
import { useImportWords } from './use-import-words.ts'

type Conflict = { recordId: string; displayName: string; field: string; rule: string; kind: string }

/** The record, by its page. */
function Kept({ conflict: { kind, recordId, displayName } }: { conflict: Conflict }) {
  if (kind === 'counterparty') return <Link to="/counterparties/$id" params={{ id: recordId }}>{displayName}</Link>
  return <Link to={kind === 'opportunity' ? '/opportunities' : '/contact-persons'} search={{ open: recordId }}>{displayName}</Link>
}

/** What an undo left as it is, and why. */
export function ConflictList({ path, record }: { path: string; record: Import }) {
  const { t } = useTranslation()
  const { labelOfField } = useImportWords(record.kind)
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
            <Kept conflict={one} />
            <span className="meta">{one.field ? `${labelOfField(one.field)}: ` : ''}{t(`imports.conflict.${one.rule}`)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
