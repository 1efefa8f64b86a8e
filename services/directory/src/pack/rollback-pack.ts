import { may, type Caller, type Cell } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import type { Tx } from '@vitrylo/pg'
import type { CustomField } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import type { PackChange, PackPlan } from '@vitrylo/proto/vitrylo/directory/v1/pack.ts'
import { newId } from '@vitrylo/service'
import { lockCustomField, touchFieldsOf, updateCustomField } from '../custom-field/custom-field-sql.ts'
import { lockCustomSection, updateCustomSection } from '../custom-field/custom-section-sql.ts'
import { takeGrants } from './add-grants.ts'
import { presentOf, toPack } from './install-pack.ts'
import { packFiles, type PackFile } from './pack-files.ts'
import { holdPacks, insertInstallation, installedPacks, lastInstallation, removePackFilters, updatePackFilter, type Before, type Installed } from './pack-sql.ts'
import { packKey, type Present } from './plan-pack.ts'

const NOTHING: Before = { sections: { created: [], changed: [] }, fields: { created: [], changed: [] }, groups: [], filters: { created: [], changed: [] } }

/** Back to what the last installation found. What it brought is archived, but for what other packs have come to use; values, groups, pipelines and queues stay. */
export async function rollbackPack(tx: Tx, file: PackFile, { caller, now }: { caller: Caller; now: Date }): Promise<PackPlan> {
  await holdPacks(tx)
  const all = await installedPacks(tx)
  const installed = all.get(file.name)
  const last = installed && (await lastInstallation(tx, file.name))
  if (installed === undefined || installed.version === 0 || last === undefined) {
    throw new AppError('FAILED_PRECONDITION', 'PACK_NOT_INSTALLED', 'the pack is not installed', { name: file.name })
  }
  const before = withoutShared(last.before, othersOf(file, all), await presentOf(tx, true))
  if (before.groups.length > 0 && !may(caller, 'rights', 'manage')) {
    throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', 'the pack gave rights to groups: to take them back takes the right rights: manage', { section: 'rights', action: 'manage' })
  }
  const changes = [...(await fieldsBack(tx, before, now)), ...(await sectionsBack(tx, before, now)), ...(await restBack(tx, file, before, { done: last.changes, now }))]
  const done = changes.filter(({ action }) => action !== 'keep')
  const actor = caller.employeeId ?? caller.username
  await insertInstallation(tx, { id: newId(), pack: file.name, version: last.fromVersion, fromVersion: installed.version, action: 'rollback', actor, changes: done, before: NOTHING }, now)
  await assertNobodyHidden(tx)
  return { pack: toPack(file, { version: last.fromVersion, time: now }), changes }
}

const othersOf = (file: PackFile, installed: ReadonlyMap<string, Installed>): PackFile[] =>
  packFiles().filter(({ name }) => name !== file.name && (installed.get(name)?.version ?? 0) > 0)

/** Less what another installed pack found here and counts on: it would have brought it itself. */
export function withoutShared({ sections, fields, groups, ...rest }: Before, others: readonly PackFile[], present: Present): Before {
  const stay = new Set(
    present.fields.filter((field) => others.some((pack) => pack.fields.some(({ resource, name }) => resource === field.resource && name === field.name))).map(({ id }) => id),
  )
  const needed = new Set(present.fields.filter(({ id, archived }) => stay.has(id) && !archived).map(({ sectionId }) => sectionId))
  const isGiven = (id: string, cell: Cell): boolean => {
    const group = present.groups.find((each) => each.id === id)?.name
    return others.some((pack) => pack.groups.some(({ name, grants }) => name === group && grants.some(({ section, action, scope }) => section === cell.section && action === cell.action && scope === cell.scope)))
  }
  return {
    ...rest,
    sections: { created: sections.created.filter((id) => !needed.has(id)), changed: sections.changed.filter(({ id, archived }) => !archived || !needed.has(id)) },
    fields: { created: fields.created.filter((id) => !stay.has(id)), changed: fields.changed.filter(({ id, archived }) => !archived || !stay.has(id)) },
    groups: groups.map(({ id, cells }) => ({ id, cells: cells.filter((cell) => !isGiven(id, cell)) })),
  }
}

const told = (kind: string, resource: string, name: string, action: string, label?: PackChange['label']): PackChange => ({ kind, resource, name, action, details: [], label })

async function fieldsBack(tx: Tx, { fields }: Before, now: Date): Promise<PackChange[]> {
  const changes: PackChange[] = []
  for (const id of fields.created) {
    const field = await lockCustomField(tx, id)
    if (field.archived) continue
    await updateCustomField(tx, { ...field, archived: true }, now)
    changes.push(told('field', field.resource, field.name, 'archive', field.label))
  }
  for (const was of fields.changed) {
    const field = await lockCustomField(tx, was.id)
    await updateCustomField(tx, { ...field, ...definition(was, field) }, now)
    changes.push(told('field', field.resource, field.name, was.archived ? 'archive' : 'change', field.label))
  }
  return changes
}

/** As it was; options that came meanwhile stand in records, so they are archived and not forgotten. */
function definition(was: CustomField, now: CustomField): Partial<CustomField> {
  const later = now.options.filter(({ word }) => !was.options.some((one) => one.word === word)).map((option) => ({ ...option, archived: true }))
  const { label, required, unique, defaultValue, visibleWhen, sectionId, filterable, archived } = was
  return { label, required, unique, defaultValue, visibleWhen, sectionId, filterable, archived, options: [...was.options, ...later] }
}

async function sectionsBack(tx: Tx, { sections }: Before, now: Date): Promise<PackChange[]> {
  const changes: PackChange[] = []
  for (const id of sections.created) {
    const section = await lockCustomSection(tx, id)
    if (section.archived) continue
    await updateCustomSection(tx, { ...section, archived: true }, now)
    await touchFieldsOf(tx, id, now)
    changes.push(told('section', section.resource, section.name, 'archive', section.label))
  }
  for (const { id, label, visibleWhen, archived } of sections.changed) {
    const section = await lockCustomSection(tx, id)
    await updateCustomSection(tx, { ...section, label, visibleWhen, archived }, now)
    await touchFieldsOf(tx, id, now)
    changes.push(told('section', section.resource, section.name, archived ? 'archive' : 'change', section.label))
  }
  return changes
}

/** Rights that were added are taken back, filters that were brought go, unless somebody has made them theirs: what they ask for is archived. Groups stay for their members and the queues. */
async function restBack(tx: Tx, file: PackFile, { groups, filters }: Before, { done, now }: { done: readonly PackChange[]; now: Date }): Promise<PackChange[]> {
  for (const { id, cells } of groups) await takeGrants(tx, id, cells, now)
  for (const filter of filters.changed) await updatePackFilter(tx, filter, now)
  const brought = file.filters.map((filter) => ({ ...filter, packKey: packKey(file, filter), displayName: filter.name }))
  const kept = await removePackFilters(tx, filters.created, brought, now)
  const isKept = ({ resource, name }: PackChange): boolean => brought.some((filter) => filter.resource === resource && filter.name === name && kept.includes(filter.packKey))
  const filterBack = (back: PackChange): string => (back.action !== 'create' ? 'change' : isKept(back) ? 'keep' : 'remove')
  const backs = done.filter(({ kind, action }) => (kind === 'group' || kind === 'filter') && action !== 'keep')
  return backs.map((back) => told(back.kind, back.resource, back.name, back.kind === 'filter' ? filterBack(back) : 'change', back.label))
}

/** A field that an administrator made must not depend on one that nobody can fill in any more. */
async function assertNobodyHidden(tx: Tx): Promise<void> {
  const { fields } = await presentOf(tx)
  const archived = fields.filter((field) => field.archived)
  for (const { name, resource, visibleWhen } of fields.filter((field) => !field.archived && field.visibleWhen !== '')) {
    const missing = archived.find((field) => field.resource === resource && new RegExp(`\\bcustom\\.${field.name}\\b`).test(visibleWhen))
    if (missing !== undefined) throw new AppError('FAILED_PRECONDITION', 'IN_USE', `${name} is shown by a condition on ${missing.name}; change that first`, { name })
  }
}
