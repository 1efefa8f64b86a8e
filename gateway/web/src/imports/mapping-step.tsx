import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { get, patch, post } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import type { Import } from '../api/types.ts'
import { Button } from '../ui/button.tsx'
import { isInFile, keysFor, usualKnown } from './keys.ts'
import { PreviewRows, type PreviewRow } from './preview-rows.tsx'
import { RulesFields, rulesOf } from './rules-fields.tsx'
import { useImportWords } from './use-import-words.ts'

type Props = { path: string; record: Import; onStarted: (record: Import) => void; onSaved: (record: Import) => void }

/** What was chosen before, else what the server offers for a file with this header. */
function begin({ mapping, suggestion, columns }: Import): Record<string, string> {
  const known = new Map((mapping.length > 0 ? mapping : (suggestion?.mapping ?? [])).map(({ column, field }) => [column, field]))
  return Object.fromEntries(columns.map((column) => [column, known.get(column) ?? '']))
}

const isSet = ({ rules }: Import) => (rules?.keys.length ?? 0) > 0

/** Keys that nobody chose but the wizard follow the columns. */
function beginRules(record: Import) {
  const rules = rulesOf(isSet(record) ? record.rules : (record.suggestion?.rules ?? record.rules))
  const usual = keysFor(record.keys, Object.values(begin(record)).filter(Boolean))
  return usual.join() === rules.keys.join() ? { ...rules, keys: [] } : rules
}

/** Which column goes into which field, and what becomes of rows that are known; a column without a field is not read. */
export function MappingStep({ path, record, onStarted, onSaved }: Props) {
  const { t } = useTranslation()
  const { labelOfField } = useImportWords(record.kind)
  const [mapping, setMapping] = useState(() => begin(record))
  const [chosen, setRules] = useState(() => beginRules(record))
  const [dates, setDates] = useState<Record<string, string>>(() => Object.fromEntries((record.mapping.length > 0 ? record.mapping : (record.suggestion?.mapping ?? [])).flatMap(({ column, dates }) => (dates && dates !== 'unspecified' ? [[column, dates]] : []))))
  const dateColumns = (record.suggestion?.dateColumns ?? []).filter(({ column }) => record.dateFields.includes(mapping[column] ?? ''))
  const orderOf = ({ column, dates: told }: { column: string; dates: string }): string | undefined => dates[column] ?? (told === 'unspecified' ? undefined : told)
  const isUnclear = dateColumns.some((one) => one.example !== '' && orderOf(one) === undefined)
  const fields = Object.values(mapping).filter(Boolean)
  const keys = chosen.keys.length > 0 ? chosen.keys : keysFor(record.keys, fields)
  const rules = { ...chosen, keys, known: chosen.known || usualKnown(keys) }
  const [shareMapping, setShare] = useState(record.shareMapping)
  const [rows, setRows] = useState<PreviewRow[]>()
  const save = () => {
    const pairs = Object.entries(mapping).flatMap(([column, field]) => {
      if (!field) return []
      const found = dateColumns.find((one) => one.column === column)
      const order = found && orderOf(found)
      const values = record.mapping.find((one) => one.column === column && one.field === field)?.values ?? record.suggestion?.mapping.find((one) => one.column === column && one.field === field)?.values
      return [{ column, field, ...(order && { dates: order }), ...(values && { values }) }]
    })
    return patch<Import>(`${path}/${record.id}`, { mapping: pairs, shareMapping, ...(record.keys.length > 1 && { rules }) }, record.etag)
  }
  const run = useMutation({
    mutationFn: async (dryRun: boolean) => post<Import>(`${path}/${(await save()).id}:run`, { dryRun }),
    onSuccess: onStarted,
  })
  const preview = useMutation({
    mutationFn: async () => {
      const saved = await save()
      return { saved, found: await get<{ rows: PreviewRow[] }>(`${path}/${saved.id}:preview`) }
    },
    onSuccess: ({ saved, found }) => {
      setRows(found.rows)
      onSaved(saved)
    },
  })
  const mapped = fields.length
  // Of the rows that are shown: a column that is there and says nothing knows nobody.
  const filled = [...new Set(rows?.flatMap(({ values }) => Object.keys(values).filter((field) => values[field])))]
  const isKeyEmpty = rows !== undefined && rows.length > 0 && keys.some((key) => isInFile(key, fields)) && !keys.some((key) => isInFile(key, filled))
  const origin = record.mapping.length === 0 ? record.suggestion?.origin : undefined
  const error = run.error ?? preview.error
  return (
    <form className="im-form" onSubmit={(event) => { event.preventDefault(); run.mutate(true) }}>
      <p className="meta">{t('imports.mappingHint', { file: record.fileName, count: record.columns.length })}{origin && origin !== 'unspecified' ? ` ${t(`imports.origin.${origin}`)}` : ''}</p>
      <div className="im-map scroll">
        <table className="mini">
          <thead><tr><th scope="col">{t('imports.column')}</th><th scope="col">{t('imports.field')}</th></tr></thead>
          <tbody>
            {record.columns.map((column) => (
              <tr key={column}>
                <th scope="row" className="cut">{column}</th>
                <td>
                  <Select aria-label={t('imports.fieldOf', { column })} data={record.fields.map((field) => ({ value: field, label: labelOfField(field) }))} value={mapping[column] || null} onChange={(field) => { setRows(undefined); setMapping({ ...mapping, [column]: field ?? '' }) }} searchable clearable allowDeselect={false} placeholder={t('imports.notRead')} />
                  {dateColumns.filter((one) => one.column === column).map((one) => (
                    <Select key="dates" aria-label={t('imports.datesOf', { column })} data={['day-first', 'month-first'].map((order) => ({ value: order, label: t(`imports.dates.${order}`) }))} value={orderOf(one) ?? null} onChange={(order) => { setRows(undefined); setDates({ ...dates, [column]: order ?? '' }) }} allowDeselect={false} placeholder={t('imports.datesAsk', { example: one.example })} />
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <RulesFields kind={record.kind} keys={record.keys} fields={fields} value={rules} onChange={(next) => setRules({ ...next, keys: next.keys === keys ? chosen.keys : next.keys, known: next.known === rules.known ? chosen.known : next.known })} />
      <label className="check-line"><input type="checkbox" checked={shareMapping} onChange={(event) => setShare(event.currentTarget.checked)} /> {t('imports.share')}</label>
      {isUnclear ? <p className="warn" role="status">{t('imports.datesUnclear')}</p> : null}
      {isKeyEmpty ? <p className="warn" role="status">{t('imports.keyEmpty')}</p> : null}
      {rows ? <PreviewRows kind={record.kind} rows={rows} /> : null}
      {error ? <p className="form-error" role="alert">{errorText(error)}</p> : null}
      <div className="form-foot">
        <span className="meta">{t('imports.mapped', { count: mapped })}</span>
        <span className="grow" />
        <Button size="lg" busy={preview.isPending} disabled={mapped === 0 || isUnclear} onClick={() => preview.mutate()}>{t('imports.preview')}</Button>
        <Button size="lg" busy={run.isPending && !run.variables} disabled={mapped === 0 || isUnclear} onClick={() => run.mutate(false)}>{t('imports.run')}</Button>
        <Button tone="primary" size="lg" type="submit" disabled={mapped === 0 || isUnclear} busy={run.isPending && run.variables}>{t('imports.dryRun')}</Button>
      </div>
    </form>
  )
}
