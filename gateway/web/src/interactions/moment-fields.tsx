import { useTranslation } from 'react-i18next'
import { DateField } from '../ui/date-field.tsx'
import { TimeField } from '../ui/time-field.tsx'

type Moment = { day: string; clock: string }
type Props = Moment & { label: string; onChange: (patch: Partial<Moment>) => void; error?: string | undefined; required?: boolean }

/** A day and a time of it. */
export function MomentFields({ label, day, clock, onChange, error, required = false }: Props) {
  const { t } = useTranslation()
  return (
    <div className="moment">
      <DateField label={label} required={required} value={day} onChange={(next) => onChange({ day: next })} error={error} />
      <TimeField label={t('interactions.time')} required={required} value={clock} onChange={(next) => onChange({ clock: next })} />
    </div>
  )
}
