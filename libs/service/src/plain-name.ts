// Marks that turn the direction of what follows: `\u202Egnp.exe` is shown as `exe.png`.
const MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Fields by which a record is known on the screen, in messages and in files; long texts keep what they are given. */
const NAMES: ReadonlySet<string> = new Set(['displayName', 'fullName', 'familyName', 'givenName', 'middleName', 'name', 'title', 'subject', 'legalName', 'fileName', 'username'])

/** A name without marks of direction; another field as it stands. */
export const plainName = (field: string, text: string): string => (NAMES.has(field.slice(field.lastIndexOf('.') + 1)) ? text.replace(MARKS, '') : text)
