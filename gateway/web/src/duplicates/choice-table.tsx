import { useTranslation } from 'react-i18next'
import type { Counterparty } from '../api/types.ts'
import { allFields, type CardField } from '../card/fields.ts'
import { FieldValue } from '../card/field-value.tsx'
import '../card/card.css'

export type Column = { take: string; label: string; of?: Counterparty | undefined; text?: string }
export type ChoiceRow = { field: string; note?: string; choices: readonly string[] }

type Props = { rows: ChoiceRow[]; columns: Column[]; chosen: Record<string, string>; onChoose: (field: string, take: string) => void }

/** A field that this release does not know how to show is still merged, and shown as text. */
const fieldOf = (name: string): CardField => allFields.find((one) => one.name === name) ?? { name: name as CardField['name'], kind: 'text' }
const plain = (value: unknown) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value)

function Value({ field, of }: { field: string; of: Counterparty }) {
  const known = fieldOf(field)
  const value = of[field as keyof Counterparty]
  return <FieldValue field={known} value={(allFields.includes(known) ? value : plain(value)) as never} />
}

/** Values side by side, on a phone one below the other; one choice a row: arrow keys move in a row, Tab goes to the next. */
export function ChoiceTable({ rows, columns: all, chosen, onChoose }: Props) {
  const { t } = useTranslation()
  const columns = all.filter(({ take }) => rows.some(({ choices }) => choices.includes(take)))
  return (
    <table className="cf cf-choice">
      <colgroup>
        <col className="cf-name" />
        {columns.map(({ take }) => <col key={take} />)}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{t('conflict.field')}</th>
          {columns.map(({ take, label }) => <th scope="col" key={take}>{label}</th>)}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ field, note, choices }) => (
          <tr key={field}>
            <th scope="row" id={`choice-${field}`}>
              {t(`parties.${field}`, { defaultValue: field })}
              {note ? <span className="meta">{note}</span> : null}
              {chosen[field] ? null : <span className="meta warn">{t('conflict.notChosen')}</span>}
            </th>
            {columns.map(({ take, label, of, text }) => (
              <td key={take} className={chosen[field] === take ? 'on' : ''}>
                {choices.includes(take) ? (
                  <label className="opt">
                    <input type="radio" name={field} checked={chosen[field] === take} onChange={() => onChoose(field, take)} aria-describedby={`choice-${field}`} />
                    <span><span className="vh cf-side">{label}: </span>{of ? <Value field={field} of={of} /> : text}</span>
                  </label>
                ) : null}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
