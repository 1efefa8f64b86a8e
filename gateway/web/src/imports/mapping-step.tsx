import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { patch, post } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import type { Import } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { fieldLabel } from './field-label.ts'

type Props = { path: string; record: Import; onStarted: (record: Import) => void }

const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** What was chosen before, else the field that has the column's name. */
function guess(record: Import): Record<string, string> {
  const chosen = new Map(record.mapping.map((one) => [one.column, one.field]))
  const byName = new Map(record.fields.map((field) => [plain(field), field]))
  return Object.fromEntries(record.columns.map((column) => [column, chosen.get(column) ?? byName.get(plain(column)) ?? '']))
}

/** Which column goes into which field; a column without a field is not read. */
export function MappingStep({ path, record, onStarted }: Props) {
  const { t } = useTranslation()
  const [mapping, setMapping] = useState(() => guess(record))
  const run = useMutation({
    mutationFn: async (dryRun: boolean) => {
      const pairs = Object.entries(mapping).flatMap(([column, field]) => (field ? [{ column, field }] : []))
      const saved = await patch<Import>(`${path}/${record.id}`, { mapping: pairs }, record.etag)
      return post<Import>(`${path}/${saved.id}:run`, { dryRun })
    },
    onSuccess: onStarted,
  })
  const mapped = Object.values(mapping).filter(Boolean).length
  return (
    <form className="im-form" onSubmit={(event) => { event.preventDefault(); run.mutate(true) }}>
      <p className="meta">{t('imports.mappingHint', { file: record.fileName, count: record.columns.length })}</p>
      <div className="im-map scroll">
        <table className="mini">
          <thead><tr><th scope="col">{t('imports.column')}</th><th scope="col">{t('imports.field')}</th></tr></thead>
          <tbody>
            {record.columns.map((column) => (
              <tr key={column}>
                <th scope="row" className="cut">{column}</th>
                <td>
                  <Select aria-label={t('imports.fieldOf', { column })} data={record.fields.map((field) => ({ value: field, label: fieldLabel(field, t) }))} value={mapping[column] || null} onChange={(field) => setMapping({ ...mapping, [column]: field ?? '' })} searchable clearable placeholder={t('imports.notRead')} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {run.error ? <p className="form-error" role="alert">{errorText(run.error)}</p> : null}
      <div className="form-foot">
        <span className="meta">{t('imports.mapped', { count: mapped })}</span>
        <span className="grow" />
        <Button size="lg" busy={run.isPending && !run.variables} disabled={mapped === 0} onClick={() => run.mutate(false)}>{t('imports.run')}</Button>
        <Button tone="primary" size="lg" type="submit" disabled={mapped === 0} busy={run.isPending && run.variables}>{t('imports.dryRun')}</Button>
      </div>
    </form>
  )
}
