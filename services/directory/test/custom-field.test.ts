import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ContactIndexChangedEvent } from '@vitrylo/proto/events.ts'
import { CustomFieldServiceService as fields } from '@vitrylo/proto/vitrylo/directory/v1/custom_field_service.ts'
import { CustomSectionServiceService as sections } from '@vitrylo/proto/vitrylo/directory/v1/custom_section_service.ts'
import { CustomField, CustomSection } from '@vitrylo/proto/vitrylo/directory/v1/custom_field.ts'
import { SavedFilterServiceService as filters } from '@vitrylo/proto/vitrylo/directory/v1/saved_filter_service.ts'
import { SavedFilter } from '@vitrylo/proto/vitrylo/directory/v1/saved_filter.ts'
import { branches, people, startTestService, until, type PersonName, type TestService } from '@vitrylo/testkit'
import { directory } from '../src/index.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService(directory)
})
afterAll(() => service.stop())

const label = { uk: 'Номер договору', en: 'Contract number' }
const sample = (more: object = {}) => ({ customField: CustomField.fromPartial({ resource: 'counterparties', name: 'contract_no', kind: 'CUSTOM_FIELD_KIND_TEXT', label, ...more } as object) })
const create = (more: object = {}, as: PersonName = 'admin') => service.call(fields.createCustomField, sample(more), { as })
const update = (id: string, more: object, updateMask: string[], etag = '') => service.call(fields.updateCustomField, { customField: CustomField.fromPartial({ id, etag, ...more } as object), updateMask })
const refusal = (call: Promise<unknown>) => call.then(() => 'accepted', ({ code, reason }) => `${code} ${reason}`)
const wrong = (call: Promise<unknown>) => call.then(() => [], (error) => error.violations.map(({ field, rule }: { field: string; rule: string }) => `${field} ${rule}`))
const told = async (id: string) => (await service.published()).filter(({ key, type }) => key === id && type.endsWith('CustomFieldChanged'))

test('a field is set up by who manages custom fields, read by everybody, and told to every service', async () => {
  const made = await create({ unique: true, filterable: true })
  expect(made).toMatchObject({ etag: '1', name: 'contract_no', indexState: 'CUSTOM_INDEX_STATE_BUILDING', archived: false, pack: '' })
  expect(await refusal(create({ name: 'x' }, 'olena'))).toBe('PERMISSION_DENIED RIGHT_MISSING')
  const listed = await service.call(fields.listCustomFields, { filter: 'resource = "counterparties" AND filterable = true', orderBy: '', pageSize: 0, pageToken: '' }, { as: 'nobody' })
  expect(listed.customFields).toEqual([made])
  expect((await told(made.id)).map(({ revision, data }) => [revision, (data.customField as { name: string }).name])).toEqual([[1, 'contract_no']])
  expect(await refusal(create())).toBe('ALREADY_EXISTS TAKEN')
  await service.receive({ type: ContactIndexChangedEvent, key: made.id, revision: 1, data: { customFieldId: made.id, ready: true, problem: '', definitionRevision: 1n } })
  expect(await service.call(fields.getCustomField, { id: made.id })).toMatchObject({ indexState: 'CUSTOM_INDEX_STATE_READY', etag: '1' })
  // What is told of the definition before is no state of the new one.
  await update(made.id, { label: { uk: 'Номер договору', en: 'Contract' } }, ['label'])
  expect((await service.call(fields.getCustomField, { id: made.id })).indexState).toBe('CUSTOM_INDEX_STATE_BUILDING')
  const late = { customFieldId: made.id, ready: false, problem: 'old' }
  await service.receive({ type: ContactIndexChangedEvent, key: made.id, revision: 2, data: { ...late, definitionRevision: 1n } })
  expect(await service.call(fields.getCustomField, { id: made.id })).toMatchObject({ indexState: 'CUSTOM_INDEX_STATE_BUILDING', indexProblem: '' })
  await service.receive({ type: ContactIndexChangedEvent, key: made.id, revision: 3, data: { customFieldId: made.id, ready: true, problem: '', definitionRevision: 2n } })
  expect((await service.call(fields.getCustomField, { id: made.id })).indexState).toBe('CUSTOM_INDEX_STATE_READY')
})

// Seen failing, one at a time, with these left out of check-custom-field.ts: kinds that can be unique or searched, links, options,
// conditions, defaults.
test.each([
  [{ kind: 'CUSTOM_FIELD_KIND_DATE', unique: true }, ['unique choice']],
  [{ kind: 'CUSTOM_FIELD_KIND_NUMBER', searchable: true }, ['searchable choice']],
  [{ resource: 'requests', searchable: true }, ['searchable choice']],
  [{ kind: 'CUSTOM_FIELD_KIND_LINK' }, ['linkTo required']],
  [{ linkTo: 'employees' }, ['linkTo choice']],
  [{ kind: 'CUSTOM_FIELD_KIND_CHOICE' }, ['options required']],
  [{ options: [{ word: 'a', label }] }, ['options choice']],
  [{ kind: 'CUSTOM_FIELD_KIND_CHOICE', options: [{ word: 'a', label }, { word: 'a', label }] }, ['options[1].word unique']],
  [{ sectionId: '01900000-0000-7000-8000-00000000ffff' }, ['sectionId reference']],
  [{ visibleWhen: 'nothing = 1' }, ['visibleWhen unknown']],
  [{ visibleWhen: 'kind = robot' }, ['visibleWhen choice']],
  [{ visibleWhen: 'opportunities.any()' }, ['visibleWhen unknown']],
  [{ visibleWhen: 'createTime > today' }, ['visibleWhen unknown']],
  [{ visibleWhen: 'responsibleId = me' }, ['visibleWhen format']],
  [{ visibleWhen: 'custom.bad = 1' }, ['visibleWhen unknown']],
  [{ kind: 'CUSTOM_FIELD_KIND_NUMBER', defaultValue: 'text' }, ['defaultValue format']],
  [{ unique: true, defaultValue: 'text' }, ['defaultValue choice']],
])('a field that makes no sense is refused (%#)', async (more, expected) => {
  expect(await wrong(create({ name: 'bad', ...more }))).toEqual(expected)
})

// Seen failing without the look for conditions that name an archived field.
test('what records hold is never taken away: names and kinds stay, options and fields are archived', async () => {
  const option = (word: string, archived = false) => ({ word, label, archived })
  const paper = await create({ name: 'paper', kind: 'CUSTOM_FIELD_KIND_CHOICE', options: [option('a4'), option('a3')] })
  await create({ name: 'run', kind: 'CUSTOM_FIELD_KIND_NUMBER', visibleWhen: 'custom.paper = a3' })
  expect(await wrong(update(paper.id, { options: [option('a4')] }, ['options']))).toEqual(['options choice'])
  expect(await update(paper.id, { options: [option('a3', true), option('a4')], kind: 'CUSTOM_FIELD_KIND_TEXT', name: 'other' }, ['options', 'kind', 'name'])).toMatchObject({
    kind: 'CUSTOM_FIELD_KIND_CHOICE', name: 'paper', etag: '2', options: [{ word: 'a3', archived: true }, { word: 'a4' }],
  })
  expect(await refusal(update(paper.id, { archived: true }, ['archived']))).toBe('FAILED_PRECONDITION IN_USE')
  expect(await refusal(update(paper.id, { required: true }, ['required'], '1'))).toBe('ABORTED ETAG_MISMATCH')
})

// Seen failing with the resource of the section not compared.
test('a section gives its condition to its fields', async () => {
  const section = await service.call(sections.createCustomSection, { customSection: CustomSection.fromPartial({ resource: 'counterparties', name: 'vehicle', label, visibleWhen: 'kind = person' }) })
  const plate = await create({ name: 'plate', sectionId: section.id })
  expect(await wrong(create({ name: 'else', resource: 'requests', sectionId: section.id }))).toEqual(['sectionId reference'])
  await service.call(sections.updateCustomSection, { customSection: { ...section, visibleWhen: 'kind = organisation' }, updateMask: ['visible_when'] })
  expect((await told(plate.id)).map(({ revision, data }) => [revision, data.sectionVisibleWhen])).toEqual([[1, 'kind = person'], [2, 'kind = organisation']])
})

test('saved filters may ask for custom fields that are there and open', async () => {
  const { id, name } = people.nadia
  await service.pool.query(`insert into branch (id, name, code, revision, created_at, updated_at) values ($1, 'тест', 'тест', 1, now(), now()) on conflict do nothing`, [branches.kyiv])
  await service.pool.query(
    `insert into employee (id, display_name, position, branch_id, username, groups, disabled, external_id, revision, created_at, updated_at)
     values ($1, $2, '', $3, 'test-nadia', '{}', false, '', 1, now(), now()) on conflict do nothing`, [id, name, branches.kyiv])
  const keep = (filter: string, orderBy = '') =>
    wrong(service.call(filters.createSavedFilter, { savedFilter: SavedFilter.fromPartial({ displayName: filter, resource: 'counterparties', filter, orderBy }) }, { as: 'nadia' }))
  // Directory hears its own event as every service does.
  await until(async () => (await keep(`custom.contract_no = "${Date.now()}"`, 'custom.contract_no desc')).length === 0)
  await until(async () => (await keep('custom.paper = a4'))[0] === 'filter closed')
  expect(await keep('custom.nobody = 1')).toEqual(['filter unknown'])
})
