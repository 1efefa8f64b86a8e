import { useTranslation } from 'react-i18next'
import { useQuery } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import type { Import } from '../api/types.ts'
import { dateTime, number } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'

/** Imports of before: to look at, go on with, or take back. */
export function RecentImports({ path, onOpen }: { path: string; onOpen: (record: Import) => void }) {
  const { t } = useTranslation()
  const { data } = useQuery({ queryKey: [path, 'recent'], queryFn: ({ signal }) => get<{ imports: Import[] }>(path, { pageSize: 20 }, signal), refetchOnMount: 'always' })
  const known = (data?.imports ?? []).filter(({ state }) => state !== 'uploading')
  if (known.length === 0) return null
  return (
    <div className="im-errors">
      <h3>{t('imports.recent')}</h3>
      <div className="im-map scroll">
        <table className="mini">
          <tbody>
            {known.map((one) => (
              <tr key={one.id}>
                <th scope="row" className="cut">{one.fileName || t('imports.noName')}</th>
                <td className="soft">{dateTime(one.createTime!)}</td>
                <td>{t(`imports.state.${one.state}`)}</td>
                <td className="num">{number(one.rows)}</td>
                <td><Button size="sm" onClick={() => onOpen(one)}>{t('imports.open')}</Button></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
