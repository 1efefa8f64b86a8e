import { createHash } from 'node:crypto'

/** The same facts give the same id, on whatever connection and however often they are read. */
export function eventId(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest('base64url').slice(0, 27)
}
