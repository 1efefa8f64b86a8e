export type Line = {
  name: string
  /** What must hold, in words; empty for a figure that only explains others. */
  target: string
  figure: string
  value: number
  /** Undefined: nothing is asked of it. */
  ok?: boolean
}

export const atLeast = (name: string, value: number, least: number, unit: string): Line => ({
  name, target: `>= ${least}${unit}`, figure: `${round(value)}${unit}`, value, ok: value >= least,
})

export const atMost = (name: string, value: number, most: number, unit: string): Line => ({
  name, target: `<= ${most}${unit}`, figure: `${round(value)}${unit}`, value, ok: value <= most,
})

export const figure = (name: string, value: number, unit: string): Line => ({ name, target: '', figure: `${round(value)}${unit}`, value })

/** A table for people. */
export function table(lines: readonly Line[]): string {
  const rows = lines.map(({ name, target, figure: text, ok }) => [name, target, text, ok === undefined ? '' : ok ? 'ok' : 'MISSED'])
  const all = [['figure', 'target', 'measured', ''], ...rows]
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const line = (row: string[]): string => row.map((cell, column) => (column === 0 || column === 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  ').trimEnd()
  return [line(all[0]!), widths.map((width) => '-'.repeat(width)).join('  '), ...all.slice(1).map(line)].join('\n')
}

const round = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1))
