import type { DescMessage } from '@bufbuild/protobuf'
import type { RightsData } from '@vitrylo/auth'
import { Refusal, type Env } from '../settings.ts'
import { contract } from '../validate.ts'
import { watchedIn } from './sensitive.ts'

type Fields = Record<string, unknown>

/** Records of one section that an answer shows, with the watched fields that they fill. */
export type Shown = { section: string; recordIds: string[]; fields: string[] }

export type Watched = ReadonlyMap<string, readonly string[]>

/**
 * Sections in which somebody watches who reads, by a mark on a custom field or by the setting VITRYLO_AUDIT_READS; most
 * installations have none, and then nothing is looked at.
 */
export function watchedSections(data: RightsData, set: Watched = NONE): Watched | undefined {
  const bySet = known.get(set) ?? new WeakMap<RightsData, Watched>()
  known.set(set, bySet)
  let found = bySet.get(data)
  if (found === undefined) {
    const sections = [...new Set([...data.customFields.keys(), ...set.keys()])].map((section): [string, string[]] => [section, [...(set.get(section) ?? []), ...watchedIn(data, section)]])
    bySet.set(data, (found = new Map(sections.filter(([, names]) => names.length > 0))))
  }
  return found.size === 0 ? undefined : found
}

const NONE: Watched = new Map()
const known = new WeakMap<Watched, WeakMap<RightsData, Watched>>()

/** VITRYLO_AUDIT_READS: fields that the contract marks as sensitive and whose reading is recorded: `counterparties.bankAccounts, contact-persons.birthday`. */
export function watchedBy(env: Env): Watched {
  const sections = new Map<string, string[]>()
  for (const word of (env['VITRYLO_AUDIT_READS'] ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '')) {
    const [section = '', field = '', ...more] = word.split('.')
    if (more.length > 0 || !isMarked(section, field)) throw new Refusal(`setting VITRYLO_AUDIT_READS: "${word}" is no field that the contract marks as sensitive, as in counterparties.bankAccounts`)
    sections.set(section, [...(sections.get(section) ?? []), field])
  }
  return sections
}

let marked: Watched | undefined

/** All fields that the contract marks as sensitive. */
export function everyMarked(): Watched {
  if (marked !== undefined) return marked
  const sections = new Map<string, string[]>()
  for (const { section, sensitive } of contract().contract.records.values()) {
    if (section !== '' && sensitive.length > 0) sections.set(section, [...new Set([...(sections.get(section) ?? []), ...sensitive])])
  }
  return (marked = sections)
}

const isMarked = (section: string, field: string): boolean =>
  [...contract().contract.records.values()].some((record) => record.section === section && record.sensitive.includes(field))

/** What goes to many at once, as JSON, without watched fields: who wants to see one asks for the record, and is named. */
export function unwatched<T extends object>(typeName: string, json: T, watched: Watched): T {
  const strip = (message: DescMessage, value: Fields): Fields => {
    const names = watched.get(contract().contract.records.get(message.typeName)?.section ?? '') ?? []
    const left = Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
    if (typeof left.custom === 'object' && left.custom !== null) left.custom = Object.fromEntries(Object.entries(left.custom).filter(([name]) => !names.includes(`custom.${name}`)))
    for (const { jsonName, message: inner } of message.fields) {
      const each = left[jsonName]
      if (inner === undefined || !inner.typeName.startsWith('vitrylo.') || each === undefined || each === null) continue
      left[jsonName] = Array.isArray(each) ? each.map((one: Fields) => strip(inner, one)) : strip(inner, each as Fields)
    }
    return left
  }
  const message = contract().contract.registry.getMessage(typeName)
  return message === undefined ? json : (strip(message, json as Fields) as T)
}

/** What an answer shows of watched fields. */
export function shownIn(typeName: string, answer: object, watched: Watched): Shown[] {
  const found = new Map<string, { ids: Set<string>; fields: Set<string> }>()
  const look = (message: DescMessage, value: Fields): void => {
    const section = contract().contract.records.get(message.typeName)?.section ?? ''
    const names = (watched.get(section) ?? []).filter((name) => isThere(value, name))
    if (names.length > 0) {
      const at = found.get(section) ?? { ids: new Set(), fields: new Set() }
      found.set(section, at)
      if (typeof value.id === 'string') at.ids.add(value.id)
      for (const name of names) at.fields.add(name)
    }
    for (const { localName, message: inner } of message.fields) {
      if (inner === undefined || !inner.typeName.startsWith('vitrylo.')) continue
      const each = value[localName]
      for (const one of Array.isArray(each) ? each : each === undefined || each === null ? [] : [each]) look(inner, one as Fields)
    }
  }
  const message = contract().contract.registry.getMessage(typeName)
  if (message !== undefined) look(message, answer as Fields)
  return [...found].map(([section, { ids, fields }]) => ({ section, recordIds: [...ids], fields: [...fields] }))
}

/** `custom.passport` of a record, or `birthday`. */
function isThere(record: Fields, name: string): boolean {
  const value = name.startsWith('custom.') ? (record.custom as Fields | undefined)?.[name.slice('custom.'.length)] : record[name]
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
}
