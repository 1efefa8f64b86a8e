import { isDeepStrictEqual } from 'node:util'

/** A change as it can be taken back: the fields as they were and as they became, and the revision that it left. */
export type Former = { id: string; revision: number; before: Record<string, unknown>; after: Record<string, unknown> }

/** What a batch did. A record that is added begins with revision 1. */
export type Deeds = { created: readonly string[]; updated: readonly Former[] }

/** The same with what it did to records of another kind, beside its own: they are taken back first. */
export type WithBeside = Deeds & { beside?: (Deeds & { kind: string }) | undefined }

/** `changed`: somebody changed it since; `used`: something hangs on it; `removed`; `scope`: out of reach; `unique`: its key is taken. */
export type Conflict = { recordId: string; field: string; rule: 'changed' | 'used' | 'removed' | 'scope' | 'unique' }

/** As JSON keeps it: what is not there is null. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown

/** What a change of `fields` leaves behind. */
export function formerOf<T extends { id: string; etag: string }>(before: T, after: T, fields: readonly string[]): Former {
  const of = (record: T) => Object.fromEntries(fields.map((field) => [field, plain(record[field as keyof T])]))
  return { id: before.id, revision: Number(before.etag) + 1, before: of(before), after: of(after) }
}

/** The record with the former values where it still has those of the import; `conflicts` are fields that have neither. */
export function takenBack<T extends object>(now: T, { before, after }: Former): { next: T; changed: string[]; conflicts: string[] } {
  const next = { ...now }
  const changed: string[] = []
  const conflicts: string[] = []
  for (const [field, was] of Object.entries(before)) {
    const is = plain(now[field as keyof T])
    if (isDeepStrictEqual(is, was)) continue
    if (!isDeepStrictEqual(is, after[field])) {
      conflicts.push(field)
      continue
    }
    next[field as keyof T] = (was ?? undefined) as T[keyof T]
    changed.push(field)
  }
  return { next, changed, conflicts }
}
