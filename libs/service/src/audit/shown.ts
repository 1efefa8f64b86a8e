import type { DescMessage } from '@bufbuild/protobuf'
import type { RightsData } from '@vitrylo/auth'
import { contract } from '../validate.ts'
import { watchedIn } from './sensitive.ts'

type Fields = Record<string, unknown>

/** Records of one section that an answer shows, with the watched fields that they fill. */
export type Shown = { section: string; recordIds: string[]; fields: string[] }

/** Sections in which somebody watches who reads; most installations have none, and then nothing is looked at. */
export function watchedSections(data: RightsData): ReadonlyMap<string, readonly string[]> | undefined {
  let found = known.get(data)
  if (found === undefined) {
    const sections = [...data.customFields.keys()].map((section): [string, string[]] => [section, watchedIn(data, section)])
    known.set(data, (found = new Map(sections.filter(([, names]) => names.length > 0))))
  }
  return found.size === 0 ? undefined : found
}

const known = new WeakMap<RightsData, ReadonlyMap<string, readonly string[]>>()

/** What an answer shows of watched fields. */
export function shownIn(typeName: string, answer: object, watched: ReadonlyMap<string, readonly string[]>): Shown[] {
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

/** `custom.passport` of a record. */
function isThere({ custom }: Fields, name: string): boolean {
  const value = (custom as Fields | undefined)?.[name.slice(name.indexOf('.') + 1)]
  return value !== undefined && value !== null && value !== ''
}
