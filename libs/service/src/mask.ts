import { isDeepStrictEqual } from 'node:util'

/**
 * A partial update: what the mask names (proto names, first level) goes from `change` into a copy of `current`. Without
 * a mask the populated fields go. Only `writable` fields move; others are ignored, so that what was read can be sent back.
 */
export function applyMask<T extends object>(
  current: T,
  change: T,
  mask: readonly string[] | undefined,
  writable: readonly (keyof T & string)[],
): { next: T; changed: string[] } {
  const named = mask?.map((path) => path.split('.')[0]!.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase()))
  const next = { ...current }
  const changed: string[] = []
  for (const field of writable) {
    const moves = named === undefined ? isPopulated(change[field]) : named.includes(field) || named.includes('*')
    if (!moves || isDeepStrictEqual(next[field], change[field])) continue
    next[field] = change[field]
    changed.push(field)
  }
  return { next, changed }
}

function isPopulated(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return value !== undefined && value !== '' && value !== 0 && value !== false
}
