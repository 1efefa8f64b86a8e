import type { Counterparty } from '../api/types.ts'

export type FieldKind = 'text' | 'area' | 'language' | 'number' | 'date' | 'employee' | 'branch' | 'roles' | 'tags' | 'flag' | 'channels' | 'addresses' | 'accounts' | 'caretakers' | 'interests'
export type FieldName = Exclude<keyof Counterparty, 'id' | 'etag' | 'createTime' | 'updateTime' | 'deleteTime' | 'kind' | 'externalId' | 'custom'>
export type CardField = { name: FieldName; kind: FieldKind; numeric?: boolean; /** Organisations have none, but for sole traders that were entered as such: it is seen where there is one. */ persons?: boolean }
export type FactGroup = { name: 'requisites' | 'contacts' | 'profile'; fields: CardField[] }

export const factGroups: FactGroup[] = [
  {
    name: 'requisites',
    fields: [
      { name: 'displayName', kind: 'text' }, { name: 'fullName', kind: 'text' }, { name: 'taxCode', kind: 'text', numeric: true },
      { name: 'taxCountry', kind: 'text' }, { name: 'vatNumber', kind: 'text', numeric: true }, { name: 'bankAccounts', kind: 'accounts', numeric: true }, { name: 'addresses', kind: 'addresses' },
    ],
  },
  { name: 'contacts', fields: [{ name: 'channels', kind: 'channels' }, { name: 'doNotCall', kind: 'flag' }, { name: 'doNotWrite', kind: 'flag' }] },
  {
    name: 'profile',
    fields: [
      { name: 'roles', kind: 'roles' }, { name: 'vip', kind: 'flag' }, { name: 'responsibleId', kind: 'employee' }, { name: 'caretakers', kind: 'caretakers' }, { name: 'branchId', kind: 'branch' }, { name: 'interests', kind: 'interests' },
      { name: 'industry', kind: 'text' }, { name: 'segment', kind: 'text' }, { name: 'source', kind: 'text' }, { name: 'size', kind: 'number', numeric: true },
      { name: 'language', kind: 'language' }, { name: 'birthday', kind: 'date', numeric: true, persons: true }, { name: 'tags', kind: 'tags' }, { name: 'note', kind: 'area' },
    ],
  },
]

export const fieldsOf = ({ fields }: FactGroup, record: Counterparty): CardField[] =>
  fields.filter(({ name, persons }) => !persons || record.kind === 'person' || !isEmpty(record[name]))

export const allFields = factGroups.flatMap((group) => group.fields)

export type PartyPatch = Partial<Pick<Counterparty, FieldName>>

export const isEmpty = (value: unknown) =>
  value === undefined || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0)

export const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Fields of a draft that differ from the record: only they are sent. */
export function changesOf(draft: PartyPatch, record: Counterparty): PartyPatch {
  return Object.fromEntries(Object.entries(draft).filter(([name, value]) => !same(value, record[name as FieldName])))
}

/** Fields that both sides changed, and to different values. */
export const conflictsOf = (mine: PartyPatch, base: Counterparty, theirs: Counterparty): FieldName[] =>
  (Object.keys(mine) as FieldName[]).filter((name) => !same(base[name], theirs[name]) && !same(mine[name], theirs[name]))
