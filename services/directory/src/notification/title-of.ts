import type { Caller } from '@vitrylo/auth'

/** Field of a record that a notification is titled by. */
const FIELDS: Readonly<Record<string, string>> = { requests: 'subject', opportunities: 'title', interactions: 'subject' }

/** The title as a reader may know it: empty where the field that it repeats is hidden from them. */
export const titleOf = (reader: Caller, section: string, title: string): string =>
  reader.limits()?.hidden.get(section)?.has(FIELDS[section] ?? '') === true ? '' : title
