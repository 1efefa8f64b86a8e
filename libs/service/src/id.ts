import { randomUUIDv7 } from 'node:crypto'

/** A new UUIDv7: sorts by time, so that new rows land at the end of an index. */
export const newId = (): string => randomUUIDv7()
