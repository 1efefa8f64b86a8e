import type { DescField, DescMessage, FileRegistry } from '@bufbuild/protobuf'

/** A field of a record: `key` where it stands in a map. */
export type FieldOf = { section: string; field: string; key: string }

/** What a message tells of records; limits of fields cut it by that. */
export type RecordDesc = {
  message: DescMessage
  /** Its own section, or the field that names it; both empty: only single fields tell of records. */
  section: string
  sectionField: string
  always: readonly string[]
  /** Field -> what it repeats, where its own name and message do not say. */
  repeats: ReadonlyMap<string, readonly FieldOf[]>
  /** Fields whose values the audit never keeps. */
  sensitive: readonly string[]
}

export type ReadOption = <T>(of: DescMessage | DescField, name: string) => T | undefined

/** Every message that is a record, or has fields of one, by its full name. */
export function recordsOf(registry: FileRegistry, option: ReadOption): Map<string, RecordDesc> {
  const found = new Map<string, RecordDesc>()
  for (const message of registry) {
    if (message.kind !== 'message' || !message.typeName.startsWith('vitrylo.')) continue
    const record = option<{ section: string; sectionField: string; always: string[] }>(message, 'vitrylo.record')
    const repeats = new Map<string, readonly FieldOf[]>()
    for (const field of message.fields) {
      const of = option<FieldOf[]>(field, 'vitrylo.field_of')
      if (of !== undefined) repeats.set(field.jsonName, of.map(({ section, field: name, key }) => ({ section, field: name, key })))
    }
    const sensitive = message.fields.filter((field) => option<boolean>(field, 'vitrylo.sensitive') === true).map(({ jsonName }) => jsonName)
    if (record === undefined && repeats.size === 0) continue
    const { section = '', sectionField = '', always = [] } = record ?? {}
    found.set(message.typeName, { message, section, sectionField: jsonNameOf(message, sectionField), always: always.map((name) => jsonNameOf(message, name)), repeats, sensitive })
  }
  return found
}

function jsonNameOf(message: DescMessage, name: string): string {
  if (name === '') return ''
  const field = message.fields.find((each) => each.name === name)
  if (field === undefined) throw new Error(`${message.typeName} has no field ${name}`)
  return field.jsonName
}

/** A field that limits may name. */
export type LimitableField = { name: string; hideable: boolean }

// What every record has and no screen or change can do without.
const UNLIMITED = new Set(['id', 'etag', 'createTime', 'updateTime', 'deleteTime', 'access'])

/** Section -> the fields of its records that limits may name, in the order of the contract. */
export function limitableFields(records: ReadonlyMap<string, RecordDesc>): Map<string, LimitableField[]> {
  const found = new Map<string, LimitableField[]>()
  for (const { message, section, always, repeats } of records.values()) {
    if (section === '') continue
    const fields = message.fields.filter(({ jsonName }) => !UNLIMITED.has(jsonName) && !repeats.has(jsonName))
    found.set(section, fields.map(({ jsonName }) => ({ name: jsonName, hideable: !always.includes(jsonName) })))
  }
  return found
}
