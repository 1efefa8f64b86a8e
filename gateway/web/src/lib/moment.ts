const pad = (value: number) => String(value).padStart(2, '0')

/** `2026-11-21` and `14:30` of this place, as the API takes a time. */
export const timeOf = (day: string, clock: string): string | undefined => {
  const moment = new Date(`${day}T${clock || '09:00'}`)
  return day === '' || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}

export function partsOf(time: string | undefined): { day: string; clock: string } {
  if (!time) return { day: '', clock: '' }
  const at = new Date(time)
  return { day: `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`, clock: `${pad(at.getHours())}:${pad(at.getMinutes())}` }
}

/**
 * When something came, as it was typed: a time alone is of today. Nothing at all, or today without a time, is undefined: just now,
 * which the service puts in, so that a repeat sends the same.
 */
export function cameAt(day: string, clock: string, now = new Date()): string | undefined {
  const today = partsOf(now.toISOString()).day
  return clock === '' && (day === '' || day === today) ? undefined : timeOf(day || today, clock)
}
