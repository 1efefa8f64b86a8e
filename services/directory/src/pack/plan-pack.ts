import { isDeepStrictEqual } from 'node:util'
import type { Cell, Label } from '@vitrylo/auth'
import type { CustomField, CustomSection } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import { CustomFieldKind } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import type { PackChange } from '@vitrylo/proto/vitrylo/directory/v1/pack.ts'
import { fromWord, wordOf } from '@vitrylo/proto/words.ts'
import type { PackField, PackFile, PackFilter, PackGroup, PackSection } from './pack-files.ts'

/** What there is now, of everything that packs are about. */
export type Present = {
  sections: readonly CustomSection[]
  fields: readonly CustomField[]
  groups: readonly { id: string; name: string; cells: readonly Cell[] }[]
  /** Saved filters that packs brought. */
  filters: readonly { packKey: string; filter: string; orderBy: string; displayName: string; groups: string[] }[]
}

export type Step =
  | { change: PackChange; section: PackSection; now?: CustomSection }
  | { change: PackChange; field: PackField; now?: CustomField }
  | { change: PackChange; retired: CustomField }
  | { change: PackChange; group: PackGroup; missing: Cell[] }
  | { change: PackChange; filter: PackFilter }
  | { change: PackChange }

const change = (kind: string, resource: string, name: string, action: string, details: string[] = [], label?: Label): PackChange => ({ kind, resource, name, action, details, label })

/** What brings a firm to a pack: a pure decision. What an administrator made, or another pack, is used and never changed. */
export function planPack(pack: PackFile, present: Present): Step[] {
  return [
    ...pack.sections.map((section) => planSection(pack, section, present)),
    ...pack.fields.map((field) => planField(pack, field, present)),
    ...present.fields.filter((field) => isRetired(pack, field)).map((retired) => ({ change: change('field', retired.resource, retired.name, 'archive', [], retired.label), retired })),
    ...pack.groups.map((group) => planGroup(group, present)),
    ...pack.filters.map((filter) => planFilter(pack, filter, present)),
    ...pack.pipelines.map(({ name }) => ({ change: change('pipeline', '', name, 'send') })),
    ...pack.queues.map(({ name }) => ({ change: change('queue', '', name, 'send') })),
  ]
}

const isRetired = (pack: PackFile, field: CustomField): boolean =>
  field.pack === pack.name && !field.archived && !pack.fields.some(({ resource, name }) => resource === field.resource && name === field.name)

function planSection(pack: PackFile, section: PackSection, { sections }: Present): Step {
  const now = sections.find((one) => one.resource === section.resource && one.name === section.name)
  const told = (action: string, details?: string[]) => ({ change: change('section', section.resource, section.name, action, details, section.label), section, now })
  if (now === undefined) return told('create')
  if (now.archived) return told('restore')
  const differing = now.pack === pack.name ? differences({ label: section.label, visibleWhen: section.visibleWhen ?? '' }, now) : []
  return told(differing.length > 0 ? 'change' : 'keep', differing)
}

function planField(pack: PackFile, field: PackField, { fields }: Present): Step {
  const now = fields.find((one) => one.resource === field.resource && one.name === field.name)
  const told = (action: string, details?: string[]) => ({ change: change('field', field.resource, field.name, action, details, field.label), field, now })
  if (now === undefined) return told('create')
  if (wordOf(CustomFieldKind, now.kind) !== field.kind || now.linkTo !== (field.linkTo ?? '')) return told('clash', [`is a ${wordOf(CustomFieldKind, now.kind)}`])
  if (now.archived) return told('restore')
  const differing = now.pack === pack.name ? differences(definitionOf(field, now), now) : []
  return told(differing.length > 0 ? 'change' : 'keep', differing)
}

const differences = (wanted: object, now: object): string[] =>
  Object.entries(wanted).filter(([name, value]) => !isDeepStrictEqual(value, now[name as keyof typeof now])).map(([name]) => name)

/** The properties that a pack decides. Options that it no longer has are archived: records may hold them. */
export function definitionOf(field: PackField, now?: CustomField): Pick<CustomField, 'label' | 'options' | 'required' | 'unique' | 'filterable' | 'visibleWhen' | 'defaultValue'> {
  const options = (field.options ?? []).map(({ word, label }) => ({ word, label, archived: false }))
  const gone = (now?.options ?? []).filter(({ word }) => !options.some((one) => one.word === word)).map((option) => ({ ...option, archived: true }))
  return {
    label: field.label, options: [...options, ...gone], required: field.required ?? false, unique: field.unique ?? false, filterable: field.filterable ?? false,
    visibleWhen: field.visibleWhen ?? '', defaultValue: field.default,
  }
}

/** A field that is not there yet. */
export const newField = (pack: string, field: PackField, at: { id: string; sectionId: string; position: number }): CustomField => ({
  ...definitionOf(field), ...at, pack, resource: field.resource, name: field.name, kind: fromWord(CustomFieldKind, field.kind), searchable: field.searchable ?? false,
  linkTo: field.linkTo ?? '', sensitive: false, archived: false, etag: '', createTime: undefined, updateTime: undefined, indexState: 'CUSTOM_INDEX_STATE_UNSPECIFIED', indexProblem: '',
})

/** Rights are only added, and only where the group has no rule of its own: an administrator's no stays a no. */
function planGroup(group: PackGroup, { groups }: Present): Step {
  const now = groups.find(({ name }) => name === group.name)
  const missing = group.grants.filter(({ section, action }) => !now?.cells.some((cell) => cell.section === section && cell.action === action))
  const details = missing.map(({ section, action, scope }) => `${section} ${action} ${scope}`)
  return { change: change('group', '', group.name, now === undefined ? 'create' : missing.length > 0 ? 'change' : 'keep', details, { uk: group.title, en: group.title }), group, missing }
}

export const packKey = (pack: PackFile, filter: PackFilter): string => `${pack.name} ${filter.key}`

function planFilter(pack: PackFile, filter: PackFilter, { filters }: Present): Step {
  const now = filters.find((one) => one.packKey === packKey(pack, filter))
  const told = (action: string, details?: string[]) => ({ change: change('filter', filter.resource, filter.name, action, details), filter })
  if (now === undefined) return told('create')
  const differing = differences({ filter: filter.filter, orderBy: filter.orderBy, groups: filter.groups }, now)
  return told(differing.length > 0 ? 'change' : 'keep', differing)
}
