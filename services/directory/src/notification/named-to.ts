import type { Caller } from '@vitrylo/auth'

/** What names the record of a notification; all but the title of requests alone. `counterpartyName`: only where nobody has said what about. */
export type Named = { title: string; number: string; missedCall: boolean; counterpartyName: string }

/** Field of a record that a notification is titled by. */
const FIELDS: Readonly<Record<string, string>> = { requests: 'subject', opportunities: 'title', interactions: 'subject' }

/** These as a reader may know them: empty where a field that they repeat is hidden from them. */
export function namedTo(reader: Caller, section: string, { title, number, missedCall, counterpartyName }: Named): Named {
  const hidden = reader.limits()?.hidden
  const hides = (field: string, of = section): boolean => hidden?.get(of)?.has(field) === true
  const hidesClient = hides('counterpartyId') || hides('displayName', 'counterparties')
  return {
    title: hides(FIELDS[section] ?? '') ? '' : title,
    number: hides('number') ? '' : number,
    missedCall: missedCall && !hides('missedCall'),
    counterpartyName: hidesClient ? '' : counterpartyName,
  }
}
