import type { Caller, CustomField, RightsData, RightsStore } from '@vitrylo/auth'
import type { Violation } from '@vitrylo/errors'
import { currentFields, type CustomValues, type Resource } from './fields.ts'
import { linkViolations } from './links.ts'
import { settle } from './settle.ts'

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
}

type SettledRecord<T> = { record: T; violations: Violation[] }

/** A record with its custom values as they are kept, and what is wrong with them. */
export async function settleRecord<T extends WithCustom>(rights: RightsStore, options: SettleOptions<T>): Promise<SettledRecord<T>> {
  const fields = await currentFields(rights, options.resource, options.record.custom)
  return settleAmong(fields, rights.data(), options)
}

/** The same for who goes by the rights of one moment, as a batch of an import does. */
export async function settleAmong<T extends WithCustom>(fields: readonly CustomField[], data: RightsData, options: SettleOptions<T>): Promise<SettledRecord<T>> {
  const { resource, record, words, before, lenient, caller, seen } = options
  const kept = caller.limits()?.kept(resource, before === undefined ? 'create' : 'change')
  const { custom, violations, links } = settle({ fields, record: words as Readonly<Record<string, unknown>>, wanted: record.custom, before, lenient, kept })
  const strange = await linkViolations(links, data, seen)
  return { record: { ...record, custom }, violations: [...violations, ...strange] }
}
