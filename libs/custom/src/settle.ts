import { isDeepStrictEqual } from 'node:util'
import { isAmong, type CustomField } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { isMet } from '@vitrylo/lists/visible.ts'
import type { CustomValues } from './fields.ts'
import { readValue } from './read-value.ts'

/** A link that was set: whether there is such a record is for the service to say. */
export type NewLink = { field: string; linkTo: string; id: string }

/** A file that was put in: whether the caller brought it is for the service to say. `name`: of the field. */
export type NewFile = { field: string; name: string; id: string }

export type Settled = { custom: CustomValues; violations: Violation[]; links: NewLink[]; files: NewFile[] }

export type Settling = {
  fields: readonly CustomField[]
  /** The record as JSON with the words of the API, for the conditions under which fields are visible. */
  record: Readonly<Record<string, unknown>>
  /** Values that are wanted, by `overlaid` for a change. */
  wanted: CustomValues | undefined
  /** What the record holds; undefined for a new one, which gets the defaults and must have what is required. */
  before: CustomValues | undefined
  /** A record that comes by itself, as from a missed call, is not refused for what nobody could fill in. */
  lenient?: boolean
  /** Fields that the caller may not write, by their paths: who may not fill one in is not asked for it. */
  kept?: ReadonlySet<string> | undefined
}

/** What a change leaves: names that it gives replace, null takes away, the others stay. */
export function overlaid(before: CustomValues | undefined, given: CustomValues | undefined): CustomValues {
  const values = { ...before, ...given }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined))
}

/**
 * Values as they are kept, and everything that is wrong with them. Only what differs from before is judged: a record stays
 * workable when a field was made required, archived or narrowed after it was saved.
 */
export function settle({ fields, record, wanted, before, lenient = false, kept }: Settling): Settled {
  const known = new Map(fields.map((field) => [field.name, field]))
  const custom: Record<string, unknown> = {}
  const result: Settled = { custom, violations: [], links: [], files: [] }
  const given = before === undefined ? withDefaults(fields, wanted ?? {}, record) : (wanted ?? {})
  for (const [name, value] of Object.entries(given)) {
    const old = before !== undefined && Object.hasOwn(before, name) ? before[name] : undefined
    if (old !== undefined && isDeepStrictEqual(old, value)) custom[name] = old
    else take(result, known.get(name), name, value, old)
  }
  const visible = { ...record, custom }
  for (const field of fields) {
    if (!field.required || field.archived || lenient || Object.hasOwn(custom, field.name) || isAmong(kept, `custom.${field.name}`)) continue
    const takenAway = before !== undefined && Object.hasOwn(before, field.name)
    if ((before !== undefined && !takenAway) || !isVisible(field, visible)) continue
    const path = `custom.${field.name}`
    // One that was given, but wrongly, is one error and not two.
    if (!result.violations.some((one) => one.field === path)) result.violations.push({ field: path, rule: 'required', description: 'must be given' })
  }
  return result
}

function take(result: Settled, field: CustomField | undefined, name: string, value: unknown, old: unknown): void {
  const path = `custom.${name.slice(0, 60)}`
  if (field === undefined || field.archived) {
    result.violations.push({ field: path, rule: 'unknown', description: field === undefined ? 'no such field' : 'the field was archived' })
    return
  }
  const read = readValue(field, value, old)
  if (read === null) return
  if ('wrong' in read) {
    result.violations.push({ field: path, rule: read.rule, description: read.wrong })
    return
  }
  ;(result.custom as Record<string, unknown>)[name] = read.value
  if (field.kind === 'file' && read.value !== old) result.files.push({ field: path, name, id: (read.value as { id: string }).id })
  if (field.kind === 'link') result.links.push({ field: path, linkTo: field.linkTo, id: read.value as string })
}

/** Defaults of what nobody said a word about; one in the order of the form may make the next one visible. */
function withDefaults(fields: readonly CustomField[], given: CustomValues, record: Settling['record']): CustomValues {
  const values: Record<string, unknown> = { ...given }
  for (const field of fields) {
    if (field.archived || field.defaultValue === undefined || Object.hasOwn(values, field.name)) continue
    if (isVisible(field, { ...record, custom: values })) values[field.name] = field.defaultValue
  }
  return values
}

/** Whether a form shows the field for such a record. */
export const isVisible = ({ visibleWhen }: CustomField, record: Settling['record']): boolean =>
  visibleWhen.every((condition) => isMet(condition, record))
