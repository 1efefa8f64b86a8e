import type { DescField, DescMessage } from '@bufbuild/protobuf'
import { ScalarType } from '@bufbuild/protobuf'
import type { Limits } from '@vitrylo/auth'
import type { RecordDesc } from '@vitrylo/proto/records.ts'
import { contract } from '../validate.ts'

/** One field to be emptied. `entries`: only these keys of a map. */
type Cut = { name: string; blank: () => unknown; entries?: ReadonlySet<string> }

/** What is cut out of a message of one type, and where in it to look further. */
export type Plan = {
  cuts: Cut[]
  /** Where the message itself names its section. */
  sectioned: { name: string; cuts: ReadonlyMap<string, Cut[]> } | undefined
  nested: { name: string; plan: Plan }[]
}

export const STRUCT = 'google.protobuf.Struct'

// A caller's limits are one object as long as they hold.
const plans = new WeakMap<Limits, Map<string, Plan | undefined>>()

/** What limits cut out of messages of a type; undefined where there is nothing to cut. */
export function planOf(limits: Limits, typeName: string): Plan | undefined {
  let known = plans.get(limits)
  if (known === undefined) plans.set(limits, (known = new Map()))
  if (known.has(typeName)) return known.get(typeName)
  const message = contract().contract.registry.getMessage(typeName)
  if (message === undefined) throw new Error(`the contract has no ${typeName}`)
  const plan = hasCuts(message, limits, new Set()) ? compile(message, limits, known) : undefined
  known.set(typeName, plan)
  return plan
}

function compile(message: DescMessage, limits: Limits, known: Map<string, Plan | undefined>): Plan {
  const plan: Plan = { ...cutsOf(message, limits), nested: [] }
  known.set(message.typeName, plan) // a message may hold others of its own type
  for (const field of message.fields) {
    const inner = innerOf(field)
    if (inner === undefined || !hasCuts(inner, limits, new Set())) continue
    plan.nested.push({ name: field.localName, plan: known.get(inner.typeName) ?? compile(inner, limits, known) })
  }
  return plan
}

function cutsOf(message: DescMessage, limits: Limits): Pick<Plan, 'cuts' | 'sectioned'> {
  const record = contract().contract.records.get(message.typeName)
  if (record === undefined) return { cuts: [], sectioned: undefined }
  if (record.sectionField === '') return { cuts: message.fields.flatMap((field) => cutOf(field, record, record.section, limits)), sectioned: undefined }
  const sections = [...limits.hidden.keys()].map((section): [string, Cut[]] => [section, message.fields.flatMap((field) => cutOf(field, record, section, limits))])
  const cuts = new Map(sections.filter(([, each]) => each.length > 0))
  return { cuts: [], sectioned: cuts.size === 0 ? undefined : { name: record.sectionField, cuts } }
}

/** What is cut of one field, in a record of the section. */
function cutOf(field: DescField, record: RecordDesc, section: string, limits: Limits): Cut[] {
  const isHidden = (of: string, name: string): boolean => limits.hidden.get(of)?.has(name) === true
  const repeats = record.repeats.get(field.jsonName)
  if (field.fieldKind === 'map' && record.sectionField !== '') {
    const others = (repeats ?? []).filter((of) => of.section === section)
    const named = others.filter((of) => isHidden(section, of.field)).map(({ key }) => key)
    const own = [...(limits.hidden.get(section) ?? [])].filter((name) => !others.some(({ key }) => key === name))
    return named.length + own.length === 0 ? [] : [{ name: field.localName, blank: blankOf(field), entries: new Set([...named, ...own]) }]
  }
  if (field.message?.typeName === STRUCT) {
    // Custom fields are hidden one by one, or all.
    const prefix = `${field.jsonName}.`
    const keys = [...(limits.hidden.get(section) ?? [])].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
    if (!isHidden(section, field.jsonName)) return keys.length === 0 ? [] : [{ name: field.localName, blank: blankOf(field), entries: new Set(keys) }]
  }
  const told = repeats?.filter((of) => record.sectionField === '' || of.section === section) ?? [{ section, field: field.jsonName }]
  return told.some((of) => isHidden(of.section, of.field)) ? [{ name: field.localName, blank: blankOf(field) }] : []
}

/** What records are called by, whatever their section. */
const NAMES: ReadonlySet<string> = new Set(['id', 'number', 'subject', 'title', 'displayName'])
const namePlans = new Map<string, Plan>()

/** What is cut out of a list whose asker wants to know of its records no more than what they are called. */
export function planOfNames(typeName: string): Plan {
  const known = namePlans.get(typeName)
  if (known !== undefined) return known
  const { registry, records } = contract().contract
  const nested = registry.getMessage(typeName)!.fields.flatMap((field) => {
    const inner = innerOf(field)
    if (inner === undefined || !records.get(inner.typeName)?.section) return []
    const cuts = inner.fields.filter(({ jsonName }) => !NAMES.has(jsonName)).map((each) => ({ name: each.localName, blank: blankOf(each) }))
    return [{ name: field.localName, plan: { cuts, sectioned: undefined, nested: [] } }]
  })
  const plan = { cuts: [], sectioned: undefined, nested }
  namePlans.set(typeName, plan)
  return plan
}

/** Whether anything is cut in the message or below it. */
function hasCuts(message: DescMessage, limits: Limits, seen: Set<string>): boolean {
  if (seen.has(message.typeName)) return false
  seen.add(message.typeName)
  const { cuts, sectioned } = cutsOf(message, limits)
  if (cuts.length > 0 || sectioned !== undefined) return true
  return message.fields.some((field) => {
    const inner = innerOf(field)
    return inner !== undefined && hasCuts(inner, limits, seen)
  })
}

/** The message of ours that a field holds, alone, in a list or in a map. */
function innerOf(field: DescField): DescMessage | undefined {
  const inner = field.message
  if (inner === undefined || !inner.typeName.startsWith('vitrylo.')) return undefined
  // ts-proto would put it one level deeper: nothing of the contract needs that yet.
  if (field.oneof !== undefined) throw new Error(`${field.toString()}: limits of fields do not look into a oneof`)
  return inner
}

/** The value that stands for "not there". */
export function blankOf(field: DescField): () => unknown {
  if (field.fieldKind === 'list') return () => []
  if (field.fieldKind === 'map') return () => ({})
  if (field.fieldKind === 'message' || field.proto.proto3Optional) return () => undefined
  if (field.fieldKind === 'enum') return () => field.enum.values[0]!.name
  return () => BLANKS[field.scalar] ?? 0
}

const BLANKS: Partial<Record<ScalarType, unknown>> = {
  [ScalarType.STRING]: '', [ScalarType.BOOL]: false, [ScalarType.BYTES]: Buffer.alloc(0),
  [ScalarType.INT64]: 0n, [ScalarType.UINT64]: 0n, [ScalarType.SINT64]: 0n, [ScalarType.FIXED64]: 0n, [ScalarType.SFIXED64]: 0n,
}
