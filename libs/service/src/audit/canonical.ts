import { createHmac } from 'node:crypto'

// They move with every write and say nothing of what was meant.
export const VOLATILE: ReadonlySet<string> = new Set(['etag', 'createTime', 'updateTime'])

/** The same text for equal values, whatever order their keys came in. What is absent is left out. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'null')
  if (value instanceof Date) return JSON.stringify(value)
  if (Buffer.isBuffer(value)) return JSON.stringify(value.toString('base64'))
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return `{${entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}

/** Of a record without what moves with every write. */
export function hashOfRecord(key: Buffer, record: object): string {
  const lasting = Object.fromEntries(Object.entries(record).filter(([name]) => !VOLATILE.has(name)))
  return keyedHash(key, canonical(lasting))
}

/** A plain hash of a phone number could be guessed by trying all of them. */
export const keyedHash = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('hex')
