import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { today } from '../lib/day.ts'
import { Button } from './button.tsx'
import { IconButton } from './icon-button.tsx'
import './month-grid.css'

type Props = { value: string; onChoose: (day: string) => void }

const at = (day: string) => new Date(`${day}T12:00:00Z`)
const textOf = (date: Date) => date.toISOString().slice(0, 10)
const plus = (day: string, days: number) => textOf(new Date(at(day).getTime() + days * 86_400_000))
const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }

/** Whole weeks, from Monday, that hold the month of the day. */
function weeksOf(day: string): string[][] {
  const first = `${day.slice(0, 7)}-01`
  const monday = plus(first, -((at(first).getUTCDay() + 6) % 7))
  return Array.from({ length: 6 }, (_, week) => Array.from({ length: 7 }, (_, one) => plus(monday, week * 7 + one)))
}

/** One month to choose a day from: by the mouse, or by the arrow keys. */
export function MonthGrid({ value, onChoose }: Props) {
  const { t, i18n } = useTranslation()
  const [focus, setFocus] = useState(value || today())
  const locale = i18n.language === 'en' ? 'en-GB' : 'uk-UA'
  const say = (day: string, options: Intl.DateTimeFormatOptions) => at(day).toLocaleDateString(locale, { ...options, timeZone: 'UTC' })
  const turn = (months: number) => {
    const date = at(`${focus.slice(0, 7)}-01`)
    date.setUTCMonth(date.getUTCMonth() + months)
    setFocus(textOf(date))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    setFocus(plus(focus, step))
  }
  const weeks = weeksOf(focus)
  return (
    <div className="month">
      <div className="row">
        <IconButton size="sm" icon={IconChevronLeft} label={t('date.previous')} onClick={() => turn(-1)} />
        <span className="grow medium month-name" aria-live="polite">{say(focus, { month: 'long', year: 'numeric' })}</span>
        <IconButton size="sm" icon={IconChevronRight} label={t('date.next')} onClick={() => turn(1)} />
      </div>
      <table role="grid" aria-label={say(focus, { month: 'long', year: 'numeric' })} onKeyDown={onKeyDown}>
        <thead><tr>{weeks[0]!.map((day) => <th key={day} scope="col" aria-label={say(day, { weekday: 'long' })}>{say(day, { weekday: 'short' })}</th>)}</tr></thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td key={day}>
                  <button
                    type="button"
                    ref={day === focus ? (button) => button?.focus() : undefined}
                    tabIndex={day === focus ? 0 : -1}
                    className={`month-day ${day.slice(0, 7) === focus.slice(0, 7) ? '' : 'out'} ${day === today() ? 'now' : ''}`}
                    aria-pressed={day === value}
                    aria-label={say(day, { day: 'numeric', month: 'long', year: 'numeric' })}
                    onClick={() => onChoose(day)}
                  >
                    {Number(day.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row">
        <Button size="sm" onClick={() => onChoose(today())}>{t('date.today')}</Button>
        <span className="grow" />
        <Button size="sm" onClick={() => onChoose('')}>{t('date.clear')}</Button>
      </div>
    </div>
  )
}
