import type { DescMessage } from '@bufbuild/protobuf'
import { isAmong, type Caller, type Limits } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { Method } from '@vitrylo/proto/contract.ts'
import type { RecordDesc } from '@vitrylo/proto/records.ts'
import { contract } from '../validate.ts'
import { blankOf, STRUCT } from './plan.ts'

type Fields = Record<string, unknown>

/**
 * Refuses a request that writes, or asks by, a field that is limited for its caller. What is sent back as it was read
 * (a change without a mask, or of everything) leaves limited fields as they are.
 */
export function guarded<T>({ rpc, action }: Method, request: T, caller: Caller): T {
  const limits = caller.limits()
  if (limits === undefined) return request
  return walk(rpc.input, request as Fields, { limits, action, mask: maskOf(rpc.input, request as Fields) }) as T
}

/**
 * Refuses fields by name: for imports, merges and other commands that write or compare fields without being a message of
 * them. `view` asks by the fields: only hidden ones are refused.
 */
export function assertFree(caller: Caller, section: string, action: string, fields: readonly string[]): void {
  const limits = caller.limits()
  const kept = limits && keptIn(limits, section, action)
  const field = fields.find((name) => isAmong(kept, name))
  if (field !== undefined) throw refused(limits!, section, field)
}

type Asked = { limits: Limits; action: string; mask: readonly string[] | undefined | 'none' }

const keptIn = (limits: Limits, section: string, action: string): ReadonlySet<string> | undefined =>
  action === 'view' || action === 'export' ? limits.hidden.get(section) : limits.kept(section, action === 'create' ? 'create' : 'change')

/** `none`: the request knows no mask, whatever it names is written. */
const maskOf = (message: DescMessage, request: Fields): Asked['mask'] =>
  message.field.updateMask === undefined ? 'none' : (request.updateMask as string[] | undefined)

function walk(message: DescMessage, given: Fields, asked: Asked): Fields {
  const next = { ...given }
  const record = contract().contract.records.get(message.typeName)
  for (const [name, repeats] of record?.section ? [] : (record?.repeats ?? [])) {
    if (!isPopulated(given[name])) continue
    for (const { section, field } of repeats) if (keptIn(asked.limits, section, asked.action)?.has(field)) throw refused(asked.limits, section, field)
  }
  for (const { localName: name, message: inner } of message.fields) {
    const value = given[name]
    if (inner === undefined || value === undefined || !inner.typeName.startsWith('vitrylo.')) continue
    const innerRecord = contract().contract.records.get(inner.typeName)
    const seen = (each: Fields): Fields => (innerRecord?.section ? written(innerRecord, each, next, asked) : walk(inner, each, asked))
    next[name] = Array.isArray(value) ? value.map(seen) : seen(value as Fields)
  }
  return next
}

/** A record as it is to be written: what may not be is refused, or left as it is where nobody asked for it by name. */
function written({ section, always, message }: RecordDesc, record: Fields, request: Fields, { limits, action, mask }: Asked): Fields {
  const kept = keptIn(limits, section, action)
  if (kept === undefined || kept.size === 0) return record
  const hidden = limits.hidden.get(section)
  const populated = [...kept].filter((field) => isPopulated(valueIn(record, field)))
  if (mask === 'none') {
    // What no record can be without is given once, by who makes it.
    const field = populated.find((each) => action !== 'create' || !always.includes(each))
    if (field !== undefined) throw refused(limits, section, field)
    return record
  }
  const named = mask?.map((path) => path.split('.')[0]!.replace(/_([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase()))
  const wrong =
    named?.find((field) => kept.has(field)) ??
    populated.find((field) => field.includes('.') && named?.includes(field.slice(0, field.indexOf('.')))) ??
    populated.find((field) => hidden?.has(field) && (named === undefined || named.includes('*')))
  if (wrong !== undefined) throw refused(limits, section, wrong)
  if (named?.includes('*')) request.updateMask = message.fields.filter(({ jsonName }) => !kept.has(jsonName)).map(({ name }) => name)
  if (named !== undefined && !named.includes('*')) return record
  // Nothing moves what is not populated, and custom values that are not named stay as they are.
  const blanks = message.fields.filter(({ jsonName }) => kept.has(jsonName)).map((field): [string, unknown] => [field.localName, blankOf(field)()])
  const others = message.fields.filter((field) => field.message?.typeName === STRUCT && !kept.has(field.jsonName)).map(({ localName: name }): [string, unknown] => [
    name, record[name] && Object.fromEntries(Object.entries(record[name]).filter(([key]) => !kept.has(`${name}.${key}`))),
  ])
  return { ...record, ...Object.fromEntries([...blanks, ...others]) }
}

/** `custom.contract_no` is a value within a value. */
function valueIn(record: Fields, field: string): unknown {
  const [name, key] = [field.split('.')[0]!, field.slice(field.indexOf('.') + 1)]
  return field.includes('.') ? (record[name] as Fields | undefined)?.[key] : record[field]
}

function isPopulated(value: unknown): boolean {
  if (typeof value === 'object' && value?.constructor === Object) return Object.keys(value).length > 0
  if (Array.isArray(value)) return value.length > 0
  return value !== undefined && value !== '' && value !== 0 && value !== 0n && value !== false && !(typeof value === 'string' && value.endsWith('_UNSPECIFIED'))
}

function refused(limits: Limits, section: string, field: string): AppError {
  const hidden = isAmong(limits.hidden.get(section), field)
  return new AppError(
    'PERMISSION_DENIED',
    'FIELD_LIMITED',
    `${field} of ${section} is ${hidden ? 'hidden from you' : 'read only for you'}; leave it out, or ask who manages rights to free it`,
    { section, field, limit: hidden ? 'hide' : 'read-only' },
  )
}
