import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconDownload } from '@tabler/icons-react'
import { address, get } from '../api/client.ts'
import { errorText } from '../api/error-text.ts'
import { useImportWords } from '../imports/use-import-words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import type { ExportOf } from '../ui/export-menu.tsx'
import './export.css'

const FORMATS = ['csv', 'xlsx'] as const

/** Which columns a file of the list has, and in which kind of file. */
export default function ExportDialog({ path, q, filter, orderBy, onClose }: ExportOf & { onClose: () => void }) {
  const { t } = useTranslation()
  const { labelOfField } = useImportWords('counterparty')
  const found = useQuery({ queryKey: ['export-columns'], queryFn: ({ signal }) => get<{ columns: string[] }>('counterparties:exportColumns', undefined, signal) })
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [format, setFormat] = useState<string>('csv')
  const every = found.data?.columns ?? []
  const columns = every.filter((column) => !left.has(column))
  const turn = (column: string) => setLeft(new Set(left.has(column) ? [...left].filter((other) => other !== column) : [...left, column]))
  return (
    <Dialog onClose={onClose} title={t('exports.columns')} size={640}>
      {found.error ? <p className="form-error" role="alert">{errorText(found.error)}</p> : null}
      <p className="meta">{t('exports.columnsHint')}</p>
      <div className="row export-all">
        <Button size="sm" onClick={() => setLeft(new Set())}>{t('exports.pickAll')}</Button>
        <Button size="sm" onClick={() => setLeft(new Set(every))}>{t('exports.pickNone')}</Button>
      </div>
      <div className="export-columns scroll">
        {every.map((column) => (
          <label key={column} className="check-line"><input type="checkbox" checked={!left.has(column)} onChange={() => turn(column)} /> {labelOfField(column)}</label>
        ))}
      </div>
      <Select label={t('exports.formatLabel')} data={FORMATS.map((value) => ({ value, label: t(`exports.format.${value}`) }))} value={format} onChange={(value) => setFormat(value ?? 'csv')} allowDeselect={false} />
      <div className="form-foot">
        <span className="grow" />
        <Button size="lg" tone="primary" icon={IconDownload} disabled={columns.length === 0} onClick={() => { location.assign(address(`${path}:export`, { q, filter, orderBy, format, ...(left.size > 0 && { columns }) })); onClose() }}>{t('exports.export')}</Button>
      </div>
    </Dialog>
  )
}
