import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useNames } from '../api/directory.ts'
import type { Employee } from '../api/types.ts'
import { endOf, startOf } from '../lib/day.ts'
import { date, lastDate } from '../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { DateField } from '../ui/date-field.tsx'
import { EmployeeSelect } from '../ui/employee-select.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import './rights.css'

type List = Employee['substitutes']
type Props = { of: string | undefined; value: List; may: boolean; onChange: (value: List) => void }

/** Who holds the employee's rights during an absence; only those who manage rights name them. */
export function Substitutes({ of, value, may, onChange }: Props) {
  const { t } = useTranslation()
  const names = useNames()
  const [who, setWho] = useState<string>()
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const fromTime = startOf(from)
  const untilTime = endOf(until)
  const isWhole = who && who !== of && fromTime && untilTime && fromTime < untilTime
  const add = () => {
    if (!isWhole) return
    onChange([...value, { employeeId: who, fromTime, untilTime }])
    setWho(undefined)
    setFrom('')
    setUntil('')
  }
  if (!may && value.length === 0) return null
  return (
    <fieldset className="substitutes">
      <legend>{t('employees.substitutes')}</legend>
      <ul>
        {value.map((one, at) => (
          <li key={at} className="row gap4">
            <span className="grow">
              {names.person(one.employeeId) ?? one.employeeId}, {date(one.fromTime!)} – {lastDate(one.untilTime!)}
            </span>
            {may ? <IconButton icon={IconTrash} size="sm" label={t('employees.removeSubstitute')} onClick={() => onChange(value.filter((_one, index) => index !== at))} /> : null}
          </li>
        ))}
      </ul>
      {may ? (
        <div className="substitute-new">
          <EmployeeSelect label={t('employees.substitute')} value={who} onChange={setWho} />
          <DateField label={t('rights.from')} value={from} onChange={setFrom} />
          <DateField label={t('rights.until')} value={until} onChange={setUntil} />
          <Button size="sm" icon={IconPlus} disabled={!isWhole} onClick={add}>{t('employees.addSubstitute')}</Button>
        </div>
      ) : null}
    </fieldset>
  )
}
