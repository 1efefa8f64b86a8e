import { isDeepStrictEqual } from 'node:util'
import type { AuditChange } from '@vitrylo/proto/vitrylo/audit/v1/audit.ts'
import { canonical, keyedHash, VOLATILE } from './canonical.ts'

type Fields = Record<string, unknown>

// A note of a thousand words is told by its beginning; its hash tells the rest.
const MAX_VALUE = 500

const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || value === 0 || value === false
  || (typeof value === 'object' && !(value instanceof Date) && Object.keys(value).length === 0)
  || (typeof value === 'string' && value.endsWith('_UNSPECIFIED'))

/** Field by field, values of custom fields each on their own. */
function flat(record: object): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const [name, value] of Object.entries(record)) {
    if (VOLATILE.has(name) || name === 'id') continue
    if (name === 'custom') for (const [key, each] of Object.entries((value ?? {}) as Fields)) found.set(`custom.${key}`, each)
    else found.set(name, value)
  }
  return found
}

/** Names of the fields that hold something. */
export const populatedIn = (record: object): string[] => [...flat(record)].filter(([, value]) => !isBlank(value)).map(([name]) => name)

/** What differs between two states of a record. `isSensitive` says of which fields the values are not told. */
export function changesOf(before: object, after: object, key: Buffer, isSensitive: (field: string) => boolean): AuditChange[] {
  const [was, is] = [flat(before), flat(after)]
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter(
    (field) => !isDeepStrictEqual(was.get(field), is.get(field)) && !(isBlank(was.get(field)) && isBlank(is.get(field))),
  )
  return changed.map((field) => {
    const sensitive = isSensitive(field)
    const side = (value: unknown): [string, string] => {
      if (isBlank(value)) return ['', '']
      const text = canonical(value)
      return [sensitive ? '' : text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text, keyedHash(key, `${field}\n${text}`)]
    }
    const [[beforeText, beforeHash], [afterText, afterHash]] = [side(was.get(field)), side(is.get(field))]
    return { field, sensitive, before: beforeText, after: afterText, beforeHash, afterHash }
  })
}
