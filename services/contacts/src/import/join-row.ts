import { isDeepStrictEqual } from 'node:util'
import { overlaid } from '@vitrylo/custom'
import type { Rules } from '@vitrylo/imports'
import type { Address, Channel, Counterparty } from '@vitrylo/proto/vitrylo/contacts/v1/counterparty.ts'
import { isEmpty } from '../merge/fields.ts'
import { mergeFields } from '../merge/merge.ts'

export type FieldName = keyof Counterparty

/** A known record with what a row says, by the rules. `given`: the fields that the row has. */
export function joinRow(current: Counterparty, row: Counterparty, given: readonly FieldName[], known: Rules['known']): { next: Counterparty; changed: string[] } {
  const next = known === 'merge' ? merged(current, row, given) : { ...current }
  if (known !== 'merge') for (const field of given) setField(next, field, valueOf(field, current, row, known))
  return { next, changed: given.filter((field) => !isDeepStrictEqual(next[field], current[field])) }
}

function setField<K extends FieldName>(record: Counterparty, field: K, value: Counterparty[K]): void {
  record[field] = value
}

function valueOf(field: FieldName, current: Counterparty, row: Counterparty, known: Rules['known']): never {
  const [own, other] = [current[field], row[field]]
  if (isDeepStrictEqual(own, other)) return own as never
  if (field === 'channels') return joinChannels(current.channels, row.channels, known) as never
  if (field === 'custom') return (known === 'fill' ? { ...row.custom, ...current.custom } : overlaid(current.custom, row.custom)) as never
  if (field === 'addresses') return addresses(current.addresses, row.addresses, known) as never
  return (known === 'fill' && !isEmpty(own) ? own : other) as never
}

/** A number that was there keeps its label, its consent and that it must not be called; kinds that the row does not have stay as they are. */
export function joinChannels(own: readonly Channel[], given: readonly Channel[], known: Rules['known']): Channel[] {
  const kinds = new Set(given.map(({ kind }) => kind))
  if (known === 'fill') {
    const there = new Set(own.map(({ kind }) => kind))
    return [...own, ...given.filter(({ kind }) => !there.has(kind))]
  }
  const same = (a: Channel, b: Channel): boolean => a.kind === b.kind && (a.value === b.value || (a.e164 !== '' && a.e164 === b.e164))
  const next = given.map((channel) => {
    const before = own.find((other) => same(other, channel))
    return before === undefined ? channel : { ...before, value: channel.value, primary: channel.primary }
  })
  // In the order in which they stood, so that nothing changes where nothing is new.
  const order = own.filter((channel) => kinds.has(channel.kind))
  const isUnchanged = order.length === next.length && order.every((channel) => next.some((other) => isDeepStrictEqual(other, channel)))
  return isUnchanged ? [...own] : [...own.filter(({ kind }) => !kinds.has(kind)), ...next]
}

/** An address of a kind takes the place of the first of that kind, and what the row does not say of it stays; several take the place of all. */
function addresses(own: readonly Address[], given: readonly Address[], known: Rules['known']): Address[] {
  let next = [...own]
  for (const kind of new Set(given.map((address) => address.kind))) {
    const those = given.filter((address) => address.kind === kind)
    const at = next.findIndex((address) => address.kind === kind)
    if (at < 0) next.push(...those)
    else if (those.length === 1) next[at] = together(next[at]!, those[0]!, known)
    else if (known === 'update') next = [...next.filter((address) => address.kind !== kind), ...those]
  }
  return next
}

function together(own: Address, given: Address, known: Rules['known']): Address {
  const said = Object.entries(given).filter(([part, value]) => value !== '' && (known !== 'fill' || own[part as keyof Address] === ''))
  return { ...own, ...Object.fromEntries(said) }
}

/** As when the row were a record that is merged into this one; fields that the row does not have say nothing. */
function merged(current: Counterparty, row: Counterparty, given: readonly FieldName[]): Counterparty {
  const other = { ...current }
  for (const field of given) setField(other, field, (field === 'custom' ? overlaid(current.custom, row.custom) : row[field]) as never)
  const { next } = mergeFields(current, { ...other, updateTime: undefined }, [])
  // A merge leaves each record its external id; a row is no record, so that an empty one is filled.
  return given.includes('externalId') && next.externalId === '' ? { ...next, externalId: row.externalId } : next
}
