// Marks that turn the direction of what follows: `\u202Egnp.exe` is shown as `exe.png`.
const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Fields by which a record is known on the screen, in messages and in files; long texts keep what they are given. */
const NAMES: ReadonlySet<string> = new Set([
  'displayName', 'fullName', 'familyName', 'givenName', 'middleName', 'name', 'title', 'subject', 'legalName', 'fileName', 'username', 'bankName', 'code', 'label', 'tags', 'position',
])

const isName = (field: string): boolean => NAMES.has(field.slice(field.lastIndexOf('.') + 1))

/** A name without marks of direction; another field as it stands. Custom fields are no names, whatever they are called. */
export const plainName = (field: string, text: string): string => (isName(field) && !field.startsWith('custom.') ? text.replace(MARKS, '') : text)

/** The same for all names of a record, in place, those in its lists (`tags`) and languages (`name.uk`) too. Gives the record. */
export function plainNames<T>(record: T, within = false): T {
  if (typeof record !== 'object' || record === null || record instanceof Date) return record
  for (const [field, value] of Object.entries(record)) {
    const named = within || (!Array.isArray(record) && isName(field))
    if (typeof value === 'string') {
      if (named) (record as Record<string, unknown>)[field] = value.replace(MARKS, '')
    } else if (field !== 'custom') plainNames(value, named)
  }
  return record
}
