import { may, type Caller } from '@vitrylo/auth'
import { AppError } from '@vitrylo/errors'
import { appendOutbox } from '@vitrylo/events'
import { many, sql, type Tx } from '@vitrylo/pg'
import { PackInstalledEvent } from '@vitrylo/proto/events.ts'
import type { CustomField, CustomSection } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import type { Pack, PackPlan } from '@vitrylo/proto/vitrylo/directory/v1/pack.ts'
import { newId } from '@vitrylo/service'
import { assertGoodField } from '../custom-field/check-custom-field.ts'
import { fieldsOfResource, holdResource, insertCustomField, touchFieldsOf, updateCustomField } from '../custom-field/custom-field-sql.ts'
import { insertCustomSection, sectionsOfResource, updateCustomSection } from '../custom-field/custom-section-sql.ts'
import { addGrants } from './add-grants.ts'
import type { PackFile } from './pack-files.ts'
import { holdPacks, insertInstallation, insertPackFilter, installedPacks, packFilters, updatePackFilter, type Before, type Installed } from './pack-sql.ts'
import { definitionOf, newField, packKey, planPack, type Present, type Step } from './plan-pack.ts'

const RESOURCES = ['counterparties', 'contact-persons', 'opportunities', 'requests']

export const toPack = (file: PackFile, installed: Installed | undefined): Pack => ({
  name: file.name, version: file.version, title: file.title, description: file.description, installedVersion: installed?.version ?? 0,
  installTime: installed?.version ? installed.time : undefined,
})

/** Everything that packs are about, held until the transaction ends where it will be changed. */
export async function presentOf(tx: Tx, hold = false): Promise<Present> {
  if (hold) for (const resource of RESOURCES) await holdResource(tx, resource)
  const groups = await many<{ id: string; name: string; cells: Present['groups'][number]['cells'] }>(
    tx,
    sql`select g.id, g.name, coalesce((select jsonb_agg(jsonb_build_object('section', r.section, 'action', r.action, 'scope', r.scope)) from group_grant r where r.group_id = g.id), '[]') as cells
        from user_group g where g.employee_id is null order by g.name`,
  )
  const [sections, fields]: [CustomSection[], CustomField[]] = [[], []]
  for (const resource of RESOURCES) {
    sections.push(...(await sectionsOfResource(tx, resource)))
    fields.push(...(await fieldsOfResource(tx, resource)))
  }
  return { sections, fields, groups, filters: await packFilters(tx) }
}

type By = { caller: Caller; now: Date }

/** Installs or upgrades: all of it in one transaction, so that a death in the middle leaves nothing half done. */
export async function installPack(tx: Tx, file: PackFile, by: By): Promise<PackPlan> {
  await holdPacks(tx)
  const steps = planPack(file, await presentOf(tx, true))
  const installed = (await installedPacks(tx)).get(file.name)
  const done = steps.filter(({ change: { action } }) => action !== 'keep')
  const fromVersion = installed?.version ?? 0
  // Pipelines and queues are sent once a version.
  if (fromVersion === file.version && done.every(({ change: { action } }) => action === 'send')) return { pack: toPack(file, installed), changes: steps.map(({ change }) => change) }
  assertPossible(steps, by.caller)
  const before = await applied(tx, file, steps, by)
  await appendOutbox(tx, [{ type: PackInstalledEvent, key: newId(), revision: file.version, data: { pack: file.name, version: file.version, pipelines: file.pipelines, queues: file.queues } }])
  const changes = done.map(({ change }) => change)
  const actor = by.caller.employeeId ?? by.caller.username
  await insertInstallation(tx, { id: newId(), pack: file.name, version: file.version, fromVersion, action: fromVersion === 0 ? 'install' : 'upgrade', actor, changes, before }, by.now)
  return { pack: toPack(file, { version: file.version, time: by.now }), changes: steps.map(({ change }) => change) }
}

function assertPossible(steps: readonly Step[], caller: Caller): void {
  const clash = steps.find(({ change }) => change.action === 'clash')?.change
  if (clash !== undefined) {
    throw new AppError('FAILED_PRECONDITION', 'PACK_CLASH', `${clash.name} of ${clash.resource} is there already and ${clash.details.join(', ')}`, { resource: clash.resource, name: clash.name })
  }
  const gives = steps.some(({ change: { kind, action } }) => kind === 'group' && action !== 'keep')
  // Who may install packs does not give rights by it that they could not give by hand.
  if (gives && !may(caller, 'rights', 'manage')) throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', 'the pack gives rights to groups: that takes the right rights: manage', { section: 'rights', action: 'manage' })
  const defines = steps.some(({ change: { kind, action } }) => (kind === 'section' || kind === 'field') && action !== 'keep')
  if (defines && !may(caller, 'custom-fields', 'manage')) throw new AppError('PERMISSION_DENIED', 'RIGHT_MISSING', 'the pack adds fields to records: that takes the right custom-fields: manage', { section: 'custom-fields', action: 'manage' })
  if (steps.some(({ change: { kind, action } }) => kind === 'filter' && action === 'create') && caller.employeeId === undefined) {
    throw new AppError('FAILED_PRECONDITION', 'NO_EMPLOYEE', 'only an employee can keep filters; this account belongs to none')
  }
}

async function applied(tx: Tx, file: PackFile, steps: readonly Step[], { caller, now }: By): Promise<Before> {
  const before: Before = { sections: { created: [], changed: [] }, fields: { created: [], changed: [] }, groups: [], filters: { created: [], changed: [] } }
  const places = await sectionsApplied(tx, file, steps, before, now)
  await fieldsApplied(tx, file, steps, { before, places, now })
  // The condition of a section is that of its fields, also of those that stay as they are.
  for (const { id } of before.sections.changed) await touchFieldsOf(tx, id, now)
  for (const step of steps) {
    if ('group' in step && step.change.action !== 'keep') before.groups.push(await addGrants(tx, step.group, step.missing, now))
    if ('filter' in step) await filterApplied(tx, file, step, { before, ownerId: caller.employeeId!, now })
  }
  return before
}

/** Gives the sections by resource and name. */
async function sectionsApplied(tx: Tx, file: PackFile, steps: readonly Step[], before: Before, time: Date): Promise<Map<string, CustomSection>> {
  const places = new Map<string, CustomSection>()
  for (const [index, step] of steps.entries()) {
    if (!('section' in step)) continue
    const { section, now, change: { action } } = step
    const wanted = { label: section.label, visibleWhen: section.visibleWhen ?? '', archived: false }
    let saved = now
    if (now === undefined) {
      const fresh = { ...wanted, id: newId(), etag: '', createTime: undefined, updateTime: undefined, resource: section.resource, name: section.name, position: (index + 1) * 10, pack: file.name }
      saved = await insertCustomSection(tx, fresh, time)
      before.sections.created.push(saved.id)
    } else if (action !== 'keep') {
      saved = await updateCustomSection(tx, now.pack === file.name ? { ...now, ...wanted } : { ...now, archived: false }, time)
      before.sections.changed.push(now)
    }
    places.set(`${section.resource} ${section.name}`, saved!)
  }
  return places
}

type Places = { before: Before; places: ReadonlyMap<string, CustomSection>; now: Date }

/** Every definition is judged among all of them, as they will be: conditions name fields that come later. */
async function fieldsApplied(tx: Tx, file: PackFile, steps: readonly Step[], { before, places, now: time }: Places): Promise<void> {
  const wanted = steps.flatMap((step, index): { next: CustomField; now?: CustomField }[] => {
    if ('retired' in step) return [{ next: { ...step.retired, archived: true }, now: step.retired }]
    if (!('field' in step) || step.change.action === 'keep') return []
    const { field, now } = step
    const sectionId = places.get(`${field.resource} ${field.section}`)!.id
    if (now === undefined) return [{ next: newField(file.name, field, { id: newId(), sectionId, position: index * 10 }) }]
    return [{ next: now.pack === file.name ? { ...now, ...definitionOf(field, now), sectionId, archived: false } : { ...now, archived: false }, now }]
  })
  const known: CustomField[] = []
  for (const resource of RESOURCES) known.push(...(await fieldsOfResource(tx, resource)))
  const all = [...known.filter(({ id }) => !wanted.some(({ next }) => next.id === id)), ...wanted.map(({ next }) => next)]
  for (const { next, now } of wanted) {
    const others = all.filter((field) => field.resource === next.resource && field.id !== next.id)
    if (!next.archived) assertGoodField(next, { others, section: [...places.values()].find(({ id }) => id === next.sectionId), before: now })
    if (now === undefined) before.fields.created.push((await insertCustomField(tx, next, time)).id)
    else {
      await updateCustomField(tx, next, time)
      before.fields.changed.push(now)
    }
  }
}

type Kept = { before: Before; ownerId: string; now: Date }

async function filterApplied(tx: Tx, file: PackFile, { filter, change: { action } }: Extract<Step, { filter: unknown }>, { before, ownerId, now }: Kept): Promise<void> {
  const wanted = { filter: filter.filter, orderBy: filter.orderBy, groups: filter.groups }
  const key = packKey(file, filter)
  if (action === 'create') {
    const id = newId()
    await insertPackFilter(tx, { ...wanted, id, packKey: key, displayName: filter.name, resource: filter.resource, ownerId }, now)
    before.filters.created.push(id)
  } else if (action === 'change') {
    const present = (await packFilters(tx)).find(({ packKey: known }) => known === key)!
    await updatePackFilter(tx, { ...wanted, id: present.id }, now)
    before.filters.changed.push(present)
  }
}
