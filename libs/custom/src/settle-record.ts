import type { Caller, CustomField, RightsData, RightsStore } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { currentFields, type CustomValues, type Resource } from './fields.ts'
import { linkViolations } from './links.ts'
import { settle, type NewFile, type Settled } from './settle.ts'

type WithCustom = { custom: { [name: string]: unknown } | undefined }

export type SettleOptions<T> = {
  resource: Resource
  /** As it is to be saved, beside its custom values. */
  record: T
  /** The same with the words of the API in place of the contract's enums, for conditions. */
  words: object
  /** Custom values that it has; undefined for a new record. */
  before?: CustomValues
  lenient?: boolean
  caller: Caller
  /** Which of these counterparties the caller may see. */
  seen(ids: readonly string[]): Promise<ReadonlySet<string>>
  /** Those of the files that the caller brought for these fields, as they are kept, by `field/id`; absent where nobody brings any. */
  files?(named: readonly NewFile[]): Promise<ReadonlyMap<string, object>>
}

type SettledRecord<T> = { record: T; violations: Violation[] }

/** A record with its custom values as they are kept, and what is wrong with them. */
export async function settleRecord<T extends WithCustom>(rights: RightsStore, options: SettleOptions<T>): Promise<SettledRecord<T>> {
  const fields = await currentFields(rights, options.resource, options.record.custom)
  return settleAmong(fields, rights.data(), options)
}

/** The same for who goes by the rights of one moment, as a batch of an import does. */
export async function settleAmong<T extends WithCustom>(fields: readonly CustomField[], data: RightsData, options: SettleOptions<T>): Promise<SettledRecord<T>> {
  const { resource, record, words, before, lenient, caller, seen, files } = options
  const kept = caller.limits()?.kept(resource, before === undefined ? 'create' : 'change')
  const settled = settle({ fields, record: words as Readonly<Record<string, unknown>>, wanted: record.custom, before, lenient, kept })
  const strange = await linkViolations(settled.links, data, seen)
  const { custom, missing } = await withFiles(settled, files)
  return { record: { ...record, custom }, violations: [...settled.violations, ...strange, ...missing] }
}

/** New files as the store knows them. */
async function withFiles({ custom, files }: Settled, find: SettleOptions<unknown>['files']): Promise<{ custom: CustomValues; missing: Violation[] }> {
  if (files.length === 0) return { custom, missing: [] }
  const known = (await find?.(files)) ?? new Map<string, object>()
  const found = files.map((file) => ({ ...file, value: known.get(`${file.field}/${file.id}`) }))
  const missing = found.filter(({ value }) => value === undefined).map(({ field }): Violation => ({
    field, rule: 'reference', description: 'no such file that you uploaded for this field within 24 hours and no record holds; upload it again',
  }))
  return { custom: { ...custom, ...Object.fromEntries(found.map(({ name, value }) => [name, value])) }, missing }
}
