import type { Rules } from './rules.ts'

type Known = Exclude<Rules['known'], 'skip'>

/** A text of a known record with what a row says; what the row leaves empty stays. `addsUp`: both are worth keeping, as of notes. */
export function joinText(own: string, given: string, known: Known, { addsUp = false } = {}): string {
  if (given === '' || given === own) return own
  if (known === 'update' || own === '') return given
  if (known === 'fill') return own
  // A file that comes once more adds nothing.
  if (addsUp) return own.includes(given) ? own : `${own}\n\n${given}`
  return given.length > own.length && given.toLowerCase().includes(own.toLowerCase()) ? given : own
}

/** One value that is there or is not. */
export const joinOne = <T>(own: T | undefined, given: T | undefined, known: Known): T | undefined =>
  given === undefined ? own : known === 'update' || own === undefined ? given : own

/** Custom values, one by one: lists add up in a merge. */
export function joinCustom(own: Readonly<Record<string, unknown>> = {}, given: Readonly<Record<string, unknown>> = {}, known: Known): Record<string, unknown> {
  const next: Record<string, unknown> = { ...own }
  for (const [name, value] of Object.entries(given)) {
    const before = own[name]
    if (known === 'update' || before === undefined) next[name] = value
    else if (known === 'merge' && Array.isArray(before) && Array.isArray(value)) next[name] = [...new Set([...before, ...value])]
    else if (known === 'merge' && typeof before === 'string' && typeof value === 'string') next[name] = joinText(before, value, known)
  }
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== null && value !== undefined))
}
