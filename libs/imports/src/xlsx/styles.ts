// Formats of numbers that are days or times: those that every program knows by number, and what a workbook defines itself.
const KNOWN = (id: number): boolean => (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)

/** No program writes a longer one. */
const MAX_CODE = 4_096

/** `dd.mm.yyyy` is a day, `0.00 "грн"` and `[Red]0` are none. */
export const isDateFormat = (code: string): boolean => /[ymdhs]/i.test(code.slice(0, MAX_CODE).replace(/"[^"]*"|\\.|\[[^[\]]*\]|_./g, '')) && !/general/i.test(code)

/** Which styles of cells show days, by the order in which they stand. */
export function dateStyles(formats: ReadonlyMap<number, string>, styles: readonly number[]): ReadonlySet<number> {
  return new Set(styles.flatMap((format, at) => {
    const code = formats.get(format)
    return (code === undefined ? KNOWN(format) : isDateFormat(code)) ? [at] : []
  }))
}

const DAY_MS = 86_400_000

/** Days since the end of 1899 (or of 1903) -> `2026-03-04`, with the time where there is one. */
export function dateOf(serial: number, since1904: boolean): string | undefined {
  // Excel counts a 29 February 1900 that never was.
  const days = since1904 ? serial + 1462 : serial < 60 ? serial + 1 : serial
  const date = new Date(Date.UTC(1899, 11, 30) + Math.round(days * 86_400) * 1000)
  if (!Number.isFinite(serial) || serial < 0 || serial > 2_958_465) return undefined
  const text = date.toISOString()
  return date.getTime() % DAY_MS === 0 ? text.slice(0, 10) : text.slice(0, 19)
}
