import i18next from 'i18next'

const THIN = '\u202f'
const NBSP = '\u00a0'

const locale = () => (i18next.language === 'en' ? 'en-GB' : 'uk-UA')

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${locale()}${JSON.stringify(options)}`
  const found = cache.get(key) ?? new Intl.NumberFormat(locale(), options)
  cache.set(key, found)
  return found as Intl.NumberFormat
}

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${locale()}${JSON.stringify(options)}`
  const found = cache.get(key) ?? new Intl.DateTimeFormat(locale(), options)
  cache.set(key, found)
  return found as Intl.DateTimeFormat
}

/** `uk` -> "українська"; a code that is none is shown as it stands. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(locale(), { type: 'language' }).of(code) ?? code
  } catch {
    return code
  }
}

/** A number with thin unbreakable spaces between the thousands. */
export function number(value: number | string, options: Intl.NumberFormatOptions = {}): string {
  const parts = numberFormat({ useGrouping: 'always', ...options } as Intl.NumberFormatOptions).formatToParts(Number(value))
  return parts.map((part) => (part.type === 'group' ? THIN : part.value)).join('')
}

export type Money = { amount: string; currency: string }

export const currencySign = (currency: string): string => (currency === 'UAH' && i18next.language !== 'en' ? 'грн' : currency)

/** "312 000 грн"; kopecks only where there are any. */
export function money(value: Money | undefined | null): string {
  if (!value || value.amount === '') return '—'
  return `${amount(value.amount)}${NBSP}${currencySign(value.currency)}`
}

/** The figure alone, for columns whose head names the currency. */
export function amount(value: string | number): string {
  const whole = Number.isInteger(Number(value))
  return number(value, { minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: 2 })
}

const dayOf = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** Bytes as people say them: `1,2 МБ`. A limit of 25 MiB is 25 MB here, as files are shown everywhere. */
export function bytes(value: number): string {
  const at = value < 1024 ? 0 : Math.min(Math.floor(Math.log(value) / Math.log(1024)), UNITS.length - 1)
  return number(value / 1024 ** at, { style: 'unit', unit: UNITS[at]!, unitDisplay: 'short', maximumFractionDigits: at < 2 ? 0 : 1 })
}

/** Whole days from today to the date: 0 today, -1 yesterday. */
export const daysFromToday = (date: Date, now = new Date()) => Math.round((dayOf(date) - dayOf(now)) / 86_400_000)

export const time = (value: string | Date) => dateFormat({ hour: '2-digit', minute: '2-digit' }).format(new Date(value))
export const date = (value: string | Date) =>
  dateFormat({ day: '2-digit', month: '2-digit', year: 'numeric' }).format(new Date(value))
/** The last day of what is over at a midnight: whoever enters a day means that day too. */
export const lastDate = (end: string) => date(new Date(Date.parse(end) - 1))
export const dayMonth = (value: string | Date) => dateFormat({ day: 'numeric', month: 'long' }).format(new Date(value))
export const shortDate = (value: string | Date) => dateFormat({ day: '2-digit', month: '2-digit' }).format(new Date(value))
export const dateTime = (value: string | Date) => `${date(value)}, ${time(value)}`

/** "сьогодні, 10:42", "учора, 17:20", otherwise the date. The exact moment belongs into a title. */
export function when(value: string | Date | undefined | null): string {
  if (!value) return '—'
  const day = daysFromToday(new Date(value))
  if (day === 0) return i18next.t('time.todayAt', { time: time(value) })
  if (day === -1) return i18next.t('time.yesterdayAt', { time: time(value) })
  if (day === 1) return i18next.t('time.tomorrowAt', { time: time(value) })
  return date(value)
}

/** The head of a day group: "Сьогодні, 21 листопада". */
export function dayTitle(value: string | Date): string {
  const moment = new Date(value)
  const day = daysFromToday(moment)
  if (day === 0) return i18next.t('time.today', { date: dayMonth(moment) })
  if (day === -1) return i18next.t('time.yesterday', { date: dayMonth(moment) })
  return moment.getFullYear() === new Date().getFullYear() ? dayMonth(moment) : date(moment)
}

/** 2:14 or 1:02:14. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const tail = String(s).padStart(2, '0')
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`
}

/** How long something took, as people say it: "2:14" below an hour, then "1 год 30 хв", from a day on "11 днів 1 год". */
export function lasted(seconds: number): string {
  const minutes = Math.floor(Math.max(0, seconds) / 60)
  if (minutes < 60) return clock(seconds)
  const unit = (value: number, name: 'day' | 'hour' | 'minute') => (value === 0 ? '' : number(value, { style: 'unit', unit: name, unitDisplay: name === 'day' ? 'long' : 'short' }))
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)]
  return [unit(days, 'day'), unit(hours, 'hour'), days > 0 ? '' : unit(minutes % 60, 'minute')].filter(Boolean).join(NBSP)
}

/** Time left to a deadline in hours and minutes, with a minus after it has passed. */
export function left(deadline: string | Date, now = new Date()): string {
  const minutes = Math.trunc((new Date(deadline).getTime() - now.getTime()) / 60_000)
  const [h, m] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `${minutes < 0 ? '−' : ''}${h}:${String(m).padStart(2, '0')}`
}

// Country codes have one, two or three digits; those of one and two are these.
const CODE = /^(\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}))(\d{6,12})$/

/** What exchanges write in place of a number that the caller hides; requests of such calls keep the first of them. */
export const isWithheld = (number: string) => /^(anonymous|private|restricted|unavailable|unknown|withheld)$/i.test(number)

/** E.164 in groups; Ukrainian numbers as people write them: +380 44 555 01 18. */
export function phone(value: string | undefined | null): string {
  if (!value) return '—'
  if (isWithheld(value)) return i18next.t('call.withheld')
  const ua = /^\+380(\d{2})(\d{3})(\d{2})(\d{2})$/.exec(value)
  if (ua) return `+380 ${ua[1]} ${ua[2]} ${ua[3]} ${ua[4]}`.replaceAll(' ', NBSP)
  const local = /^(0\d{2})(\d{3})(\d{2})(\d{2})$/.exec(value)
  if (local) return local.slice(1).join(NBSP)
  const other = CODE.exec(value)
  return other ? [other[1]!, ...other[2]!.match(/\d{3}(?=\d{2,})|\d+$/g)!].join(NBSP) : value
}

/** A text of others with the phones in it as people write them: "Дзвінок о 14:05 — +380 44 555 01 18". */
export const withPhones = (text: string) => text.replace(/(?<![\w+])\+\d{9,15}\b/g, (found) => phone(found))

export const isLegalForm = (word: string): boolean => /^(ТОВ|ФОП|ПрАТ|АТ|ПП|ФГ|ДП|КП|LLC|Ltd)$/i.test(word)

/** "Надія Коваленко" -> "НК". Legal forms and quotes do not count. */
export function initials(name: string): string {
  const words = name.replace(/[«»"'“”„]/g, ' ').split(/\s+/).filter((word) => /^\p{L}/u.test(word))
  const own = words.filter((word) => !isLegalForm(word))
  const from = own.length > 0 ? own : words
  return from.slice(0, 2).map((word) => word[0]!.toUpperCase()).join('') || '?'
}

