import { hash } from 'node:crypto'

// They move with every write and say nothing of what was meant.
export const VOLATILE: ReadonlySet<string> = new Set(['etag', 'createTime', 'updateTime'])

/** The same text for equal values, whatever order their keys came in. What is absent is left out. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'null')
  if (value instanceof Date) return JSON.stringify(value)
  if (Buffer.isBuffer(value)) return JSON.stringify(value.toString('base64'))
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  return ofObject(value as Record<string, unknown>, NONE)
}

const NONE: ReadonlySet<string> = new Set()

// Each write comes through here, so that nothing is copied or wrapped on the way.
function ofObject(value: Record<string, unknown>, except: ReadonlySet<string>): string {
  let text = ''
  for (const key of Object.keys(value).sort()) {
    const each = value[key]
    if (each !== undefined && !except.has(key)) text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${canonical(each)}`
  }
  return text === '' ? '{}' : `${text}}`
}

/** Of a record without what moves with every write. */
export const hashOfRecord = (key: Buffer, record: object): string => keyedHash(key, ofObject(record as Record<string, unknown>, VOLATILE))

const BLOCK = 64
const pads = new WeakMap<Buffer, { inner: Buffer; outer: Buffer }>()

/**
 * HMAC-SHA-256, for a plain hash of a phone number could be guessed by trying all of them. Made of two hashes at once
 * (RFC 2104): the object that node:crypto has for it costs several times as much as the hash of a record.
 */
export function keyedHash(key: Buffer, text: string): string {
  let padded = pads.get(key)
  if (padded === undefined) pads.set(key, (padded = padsOf(key)))
  const inner = hash('sha256', Buffer.concat([padded.inner, Buffer.from(text)]), 'buffer')
  return hash('sha256', Buffer.concat([padded.outer, inner]), 'hex')
}

function padsOf(key: Buffer): { inner: Buffer; outer: Buffer } {
  const block = Buffer.alloc(BLOCK)
  ;(key.length > BLOCK ? hash('sha256', key, 'buffer') : key).copy(block)
  const masked = (mask: number): Buffer => Buffer.from(block.map((byte) => byte ^ mask))
  return { inner: masked(0x36), outer: masked(0x5c) }
}
