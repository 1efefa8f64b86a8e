import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { customFieldOf } from '@vitrylo/auth'
import { factsOfField } from '@vitrylo/custom'
import { violationsOfCondition, violationsOfQuestion } from '@vitrylo/lists'
import { many, sql } from '@vitrylo/pg'
import { CustomSectionServiceService as sectionsRpc } from '@vitrylo/proto/vitrylo/directory/v1/custom_section_service.ts'
import { CustomFieldServiceService as fieldsRpc } from '@vitrylo/proto/vitrylo/directory/v1/custom_field_service.ts'
import { CustomField, CustomSection } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import { PackServiceService as rpc } from '@vitrylo/proto/vitrylo/directory/v1/pack_service.ts'
import { branches, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { directory } from '../src/index.ts'
import { assertCellsExist } from '../src/group/sections.ts'
import { packFiles, type PackFile } from '../src/pack/pack-files.ts'
import { newField, planPack, type Present } from '../src/pack/plan-pack.ts'
import { withoutShared } from '../src/pack/rollback-pack.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(directory)
  await service.pool.query(`insert into branch (id, name, code, revision, created_at, updated_at) values ($1, 'тест', 'тест', 1, now(), now())`, [branches.head])
  await service.pool.query(
    `insert into employee (id, display_name, position, branch_id, username, groups, disabled, external_id, revision, created_at, updated_at)
     values ($1, $2, '', $3, 'test-admin', '{}', false, '', 1, now(), now())`, [people.admin.id, people.admin.name, branches.head])
})
afterAll(() => service.stop())

const install = (name: string, as: PersonName = 'admin') => service.call(rpc.installPack, { name }, { as })
const preview = async (name: string) => (await service.call(rpc.previewPack, { name })).changes
const rollback = (name: string) => service.call(rpc.rollbackPack, { name })
const actions = (changes: readonly { action: string }[]) => [...new Set(changes.map(({ action }) => action))].sort((a, b) => (a < b ? -1 : 1))
const journal = async () => (await service.call(rpc.listPackInstallations, { filter: '', orderBy: 'createTime', pageSize: 0, pageToken: '' })).packInstallations.map(({ pack, action, fromVersion, version }) => `${pack} ${action} ${fromVersion}-${version}`)
const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason }) => `${code} ${reason}`)
const rows = (text: string) => many<Record<string, unknown>>(service.pool, sql([text]))
const schema = new Ajv2020({ allErrors: true, strict: false }).compile(JSON.parse(readFileSync(new URL('../src/pack/pack.schema.json', import.meta.url), 'utf8')) as object)
const NONE: Present = { sections: [], fields: [], groups: [], filters: [] }

// Seen failing: a field of a section that is not there, a filter over a field that was not filterable, a right that nothing asks for.
test.each(packFiles().map((file): [string, PackFile] => [file.name, file]))('the pack %s is as its schema wants it, and everything in it makes sense', (_name, file) => {
  expect(schema(file) ? [] : schema.errors).toEqual([])
  const made = file.fields.map((field) => newField(file.name, field, { id: field.name, sectionId: field.section, position: 0 }))
  const facts = (resource: string, asked: 'filter' | 'condition') =>
    Object.fromEntries(made.filter((field) => field.resource === resource).map((field) => [`custom.${field.name}`, factsOfField(customFieldOf(field, ''), asked)]))
  for (const { resource, visibleWhen = '' } of [...file.sections, ...file.fields]) expect(violationsOfCondition({ resource, condition: visibleWhen }, facts(resource, 'condition'))).toEqual([])
  for (const { resource, section } of file.fields) expect(file.sections).toContainEqual(expect.objectContaining({ resource, name: section }))
  for (const filter of file.filters) expect(violationsOfQuestion(filter, { now: new Date(), timeZone: 'UTC' }, { fields: facts(filter.resource, 'filter'), orders: Object.keys(facts(filter.resource, 'filter')) })).toEqual([])
  for (const { grants } of file.groups) assertCellsExist(grants, () => '')
})

// Seen failing without the comparison of versions: the second of two at once wrote the journal again.
test('a dry run shows what an installation does, and does nothing; a repeat changes nothing', async () => {
  const planned = await preview('printing')
  expect(actions(planned)).toEqual(['create', 'send'])
  expect(await rows('select from custom_field')).toEqual([])
  const [one, two] = await Promise.all([install('printing'), install('printing')])
  expect([one.pack!.installedVersion, two.pack!.installedVersion]).toEqual([1, 1])
  expect(actions(await preview('printing'))).toEqual(['keep', 'send'])
  expect(await journal()).toEqual(['printing install 0-1'])
  expect(await rows(`select name from custom_field where pack = 'printing' and resource = 'opportunities' and not archived`)).toHaveLength(12)
  expect(await rows(`select name from user_group where name in ('prepress', 'print-shop')`)).toHaveLength(2)
  const told = await service.published()
  expect(told.filter(({ type }) => type.endsWith('PackInstalled')).map(({ data }) => (data.queues as { name: string }[])[0]!.name)).toEqual(['proofs'])
  expect(told.filter(({ type }) => type.endsWith('CustomFieldChanged'))).toHaveLength(16)
})

// Seen failing: the rollback removed the fields that the pack had brought.
test('a rollback archives what was brought and leaves what others made; the pack can be installed again', async () => {
  const mine = await service.call(fieldsRpc.createCustomField, { customField: CustomField.fromPartial({ resource: 'opportunities', name: 'mine', kind: 'CUSTOM_FIELD_KIND_TEXT', label: { uk: 'Моє', en: 'Mine' } }) })
  const back = await rollback('printing')
  expect(back.pack!.installedVersion).toBe(0)
  expect(await rows(`select name from custom_field where not archived`)).toEqual([{ name: 'mine' }])
  // Seen failing: they stayed in everybody's tree, and named archived fields.
  expect(await rows(`select display_name from saved_filter where pack_key <> ''`)).toEqual([])
  expect(back.changes.filter(({ kind }) => kind === 'filter').map(({ action }) => action)).toEqual(packFiles().find(({ name }) => name === 'printing')!.filters.map(() => 'remove'))
  expect(await rows(`select r.id from group_grant r join user_group g on g.id = r.group_id where g.name = 'prepress'`)).toEqual([])
  expect(await refusal(rollback('printing'))).toBe('FAILED_PRECONDITION PACK_NOT_INSTALLED')
  expect(actions(await preview('printing'))).toEqual(['change', 'create', 'restore', 'send'])
  expect((await install('printing')).pack!.installedVersion).toBe(1)
  expect(await rows(`select name from custom_field where archived`)).toEqual([])
  expect(await journal()).toEqual(['printing install 0-1', 'printing rollback 1-0', 'printing install 0-1'])
  expect((await service.call(fieldsRpc.getCustomField, { id: mine.id })).etag).toBe('1')
})

// Seen failing: services kept the condition that the section no longer had; the second rollback took the repair back once more, and the version stayed 1.
test('a repeat mends a section for its fields, too, and is rolled back by itself before the installation is', async () => {
  const [section] = await rows(`select id, name, resource, visible_when from custom_section where pack = 'printing' and resource = 'opportunities' and id in (select section_id from custom_field where not archived) limit 1`)
  await service.call(sectionsRpc.updateCustomSection, { customSection: CustomSection.fromPartial({ id: String(section!.id), visibleWhen: 'title = ніколи', resource: 'opportunities', name: String(section!.name), label: { uk: 'я', en: 'i' } }), updateMask: ['visible_when'] })
  await install('printing')
  const last = (await service.published()).findLast(({ type, data }) => type.endsWith('CustomFieldChanged') && (data.customField as { sectionId?: string }).sectionId === section!.id)
  expect(last!.data.sectionVisibleWhen ?? '').toBe(section!.visible_when)
  expect([(await rollback('printing')).pack!.installedVersion, (await rollback('printing')).pack!.installedVersion]).toEqual([1, 0])
  expect(await rows(`select name from custom_field where not archived and pack = 'printing'`)).toEqual([])
  await install('printing')
})

test('fields of another pack or of the firm are used as they are; another kind under the name stops the whole', async () => {
  expect((await install('car-service')).changes.find(({ name, resource }) => name === 'ready_date' && resource === 'opportunities')).toMatchObject({ action: 'keep' })
  // What car service has come to use stays when printing goes. Seen failing: ready_date was archived.
  await rollback('printing')
  expect(await rows(`select archived from custom_field where name = 'ready_date' and resource = 'opportunities'`)).toEqual([{ archived: false }])
  expect(await rows(`select s.archived from custom_section s join custom_field f on f.section_id = s.id where f.name = 'ready_date' and f.resource = 'opportunities'`)).toEqual([{ archived: false }])
  await install('printing')
  await service.call(fieldsRpc.createCustomField, { customField: CustomField.fromPartial({ resource: 'counterparties', name: 'credit_limit', kind: 'CUSTOM_FIELD_KIND_NUMBER', label: { uk: 'Ліміт', en: 'Limit' } }) })
  expect((await preview('trade')).filter(({ action }) => action === 'clash')).toMatchObject([{ name: 'credit_limit', details: ['is a number'] }])
  expect(await refusal(install('trade'))).toBe('FAILED_PRECONDITION PACK_CLASH')
  expect(await rows(`select from custom_field where pack = 'trade'`)).toEqual([])
})

test('rights that another pack found in a group and counts on stay when the one that gave them goes', () => {
  const [view, change]: PackFile['groups'][number]['grants'] = [{ section: 'requests', action: 'view', scope: 'branch' }, { section: 'requests', action: 'change', scope: 'branch' }]
  const [file] = packFiles()
  const other: PackFile = { ...file!, name: 'other', sections: [], fields: [], groups: [{ name: 'hands', title: 'Руки', grants: [view!] }] }
  const before = { sections: { created: [], changed: [] }, fields: { created: [], changed: [] }, groups: [{ id: 'g', cells: [view!, change!] }], filters: { created: [], changed: [] } }
  const present: Present = { ...NONE, groups: [{ id: 'g', name: 'hands', cells: [view!, change!] }] }
  expect(withoutShared(before, [other], present).groups).toEqual([{ id: 'g', cells: [change] }])
  expect(withoutShared(before, [], present).groups).toEqual(before.groups)
})

// Seen failing: it was gone without a word, whatever had become of it.
test('a filter of a pack that somebody has made theirs stays with them, and the pack can be installed again', async () => {
  const name = 'car-service'
  const [mine, ...others] = await rows(`select id, display_name from saved_filter where pack_key like 'car-service %' order by id`)
  expect(others.length).toBeGreaterThan(0)
  await service.pool.query(`update saved_filter set order_by = 'createTime desc', revision = revision + 1 where id = $1`, [mine!.id])
  const back = await rollback(name)
  expect(back.changes.filter(({ kind, action }) => kind === 'filter' && action === 'keep').map((change) => change.name)).toEqual([mine!.display_name])
  expect(await rows(`select id, pack_key, display_name, order_by from saved_filter where id in ('${mine!.id}', '${others[0]!.id}')`)).toEqual([{ id: mine!.id, pack_key: '', display_name: mine!.display_name, order_by: 'createTime desc' }])
  // Under another name beside it.
  await install(name)
  expect(await rows(`select id from saved_filter where pack_key like 'car-service %'`)).toHaveLength(others.length + 1)
})

test('an upgrade adds, changes its own and archives what it no longer has; options stay known', () => {
  const [file] = packFiles().filter(({ name }) => name === 'printing')
  const present: Present = { ...NONE, fields: file!.fields.map((field) => newField('printing', field, { id: field.name, sectionId: '', position: 0 })) }
  const next: PackFile = {
    ...file!, version: 2,
    fields: file!.fields.filter(({ name }) => name !== 'die_no').map((field) => (field.name === 'paper' ? { ...field, options: field.options!.slice(1) } : field)),
  }
  const changes = planPack(next, present).map(({ change }) => change).filter(({ kind, action }) => kind === 'field' && action !== 'keep')
  expect(changes).toMatchObject([{ name: 'paper', action: 'change', details: ['options'] }, { name: 'die_no', action: 'archive' }])
})

test('who may not give rights by hand does not give them by a pack', async () => {
  await service.pool.query(`insert into rights_group (id, name, cells, revision) values (gen_random_uuid(), 'packers', '[{"section":"packs","action":"manage","scope":"all"}]', 1)`)
  // Written where it is read; an event of somebody's group that is still under way may write it once more.
  const asPacker = async (ask: () => Promise<string>): Promise<string> => {
    await service.pool.query(`update rights_employee set groups = '{packers}' where username = 'olena'`)
    await service.pool.query(`update rights_version set version = version + 1`)
    return ask()
  }
  await rollback('car-service')
  await until(async () => (await asPacker(() => refusal(service.call(rpc.listPacks, {}, { as: 'olena' })))) === 'accepted')
  expect(await asPacker(() => refusal(install('car-service', 'olena')))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  // Nor fields: the right to give rights is not the right to add fields to records.
  await service.pool.query(`update rights_group set cells = '[{"section":"packs","action":"manage","scope":"all"},{"section":"rights","action":"manage","scope":"all"}]' where name = 'packers'`)
  const why = () => install('car-service', 'olena').then(() => 'accepted', ({ metadata }: { metadata: Record<string, string> }) => metadata['section']!)
  await until(async () => (await asPacker(why)) === 'custom-fields')
})
