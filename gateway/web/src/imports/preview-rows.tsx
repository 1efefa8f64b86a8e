import { useTranslation } from 'react-i18next'
import { useImportWords } from './use-import-words.ts'

type Row = { line: string; values: Record<string, string>; errors: { column: string; field: string; rule: string; description: string }[] }

/** The first rows as they would be stored, or what is wrong with them. */
export function PreviewRows({ kind, rows }: { kind: string; rows: readonly Row[] }) {
  const { t } = useTranslation()
  const { labelOfField, wordsText, reasonText } = useImportWords(kind)
  const fields = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))].slice(0, 12)
  return (
    <div className="im-map scroll" role="region" aria-label={t('imports.preview')} tabIndex={0}>
      <table className="mini im-preview">
        <thead><tr><th scope="col" className="im-line">{t('imports.line')}</th>{fields.map((field) => <th key={field} scope="col">{labelOfField(field)}</th>)}</tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.line}>
              <td className="num">{row.line}</td>
              {row.errors.length > 0
                ? <td colSpan={fields.length} className="im-bad">{row.errors.map((one) => [one.column, reasonText(one)].filter(Boolean).join(': ')).join('; ')}</td>
                : fields.map((field) => <td key={field} className="cut" title={row.values[field]}>{wordsText(row.values[field] ?? '', field)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export type { Row as PreviewRow }
