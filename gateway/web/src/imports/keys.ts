/** As the server takes them where nothing is chosen. */
const USUAL = 'externalId'

export const usualKeys = (keys: readonly string[] = []): readonly string[] => (keys.length > 0 ? keys : [USUAL])

/** Whole keys that are one record's only. */
const OWN = [USUAL, 'id', 'number', 'taxCode']

/** What may tell records apart by itself, the surest first; names do not. */
const SURE = [USUAL, 'number', 'taxCode', 'phone', 'email']

/** Of a file that was exported here; of another base it finds nothing, and the next key is asked. */
const OF_EXPORT = 'id'

/** Fields of a file that make a part of a key, where they are not called like it. */
const MADE_OF: Record<string, RegExp> = {
  phone: /^phone\d?$/, email: /^email\d?$/, displayName: /^(displayName|fullName|familyName|givenName)$/, city: /^address\..*city$/, counterparty: /^counterparty/,
}

/** Whether rows of a file with these fields can be known by the key. */
export const isInFile = (key: string, fields: readonly string[]): boolean =>
  key === 'duplicates' || key.split('+').every((part) => fields.some((field) => (MADE_OF[part] ? MADE_OF[part].test(field) : field === part)))

/** The keys to begin with: that of an export where the file is one, and the surest that the file has. Beside its id nothing that may be another's. */
export function keysFor(keys: readonly string[], fields: readonly string[]): string[] {
  const has = (key: string) => keys.includes(key) && isInFile(key, fields)
  if (!has(OF_EXPORT)) return [SURE.find(has) ?? USUAL]
  return [OF_EXPORT, ...SURE.filter((key) => OWN.includes(key) && has(key)).slice(0, 1)]
}

/** Whether another's record may be found by one of the keys: a family has one number, an office one address. */
const mayBeOthers = (keys: readonly string[]): boolean => usualKeys(keys).some((key) => !OWN.includes(key))

/** What becomes of a known record where nobody has said it: one that may be another's is left alone. */
export const usualKnown = (keys: readonly string[]): string => (mayBeOthers(keys) ? 'skip' : 'update')

/** Whether another's record may be written over: the server updates where nothing is chosen. What fills the empty and adds to lists takes nothing away. */
export const mayOverwrite = ({ keys, known }: { keys: readonly string[]; known: string }): boolean => (known || 'update') === 'update' && mayBeOthers(keys)
