import { randomUUIDv7 } from 'node:crypto'

/** A new UUIDv7: sorts by time, so that new rows land at the end of an index. */
export const newId = (): string => randomUUIDv7()

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a text is one, in any writing of its letters: asked before PostgreSQL is, which fails on any other. */
export const isUuid = (text: string): boolean => UUID.test(text)

const UUIDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi

/** Those that stand anywhere in a text, each once, in small letters. */
export const uuidsIn = (text: string): Set<string> => new Set(text.match(UUIDS)?.map((id) => id.toLowerCase()))
