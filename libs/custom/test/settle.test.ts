import { expect, test } from '@jest/globals'
import type { CustomField, CustomKind } from '@vitrylo/auth'
import { customSchema, isVisible, overlaid, printCell, readCell, settle } from '../src/index.ts'

const field = (name: string, kind: CustomKind, more: Partial<CustomField> = {}): CustomField => ({
  id: name, resource: 'counterparties', name, kind, label: { uk: `${name} укр`, en: `${name} en` }, options: [], required: false, unique: false, visibleWhen: [],
  position: 0, searchable: false, filterable: false, archived: false, linkTo: '', ...more,
})
const option = (word: string, archived = false) => ({ word, label: { uk: `Варіант ${word}`, en: `Option ${word}` }, archived })
const paper = field('paper', 'choice', { options: [option('a4'), option('a3'), option('a0', true)] })
const finishes = field('finishes', 'choices', { options: [option('lamination'), option('cutting')] })
const SAMPLES: [CustomField, unknown][] = [
  [field('contract_no', 'text'), '12/2026'], [field('run', 'number'), 1500.5], [field('price', 'money'), { amount: '1500.00', currency: 'UAH' }],
  [field('run', 'number'), 1.234], [field('price', 'money'), { amount: '-12.500', currency: 'UAH' }],
  [field('due', 'date'), '2026-02-28'], [paper, 'a4'], [finishes, ['lamination', 'cutting']], [field('urgent', 'flag'), false],
  [field('partner', 'link', { linkTo: 'counterparties' }), '01900000-0000-7000-8000-000000000001'],
]

test.each(SAMPLES)('%j keeps its value, and a cell of a file gives it back', (of, value) => {
  expect(settle({ fields: [of], record: {}, wanted: { [of.name]: value }, before: undefined })).toMatchObject({ custom: { [of.name]: value }, violations: [] })
  expect(readCell(of, printCell(value))).toEqual({ value })
})

test.each([
  [field('x', 'text'), 5], [field('x', 'text'), 'а'.repeat(2001)], [field('x', 'text', { filterable: true }), 'а'.repeat(501)], [field('x', 'text'), 'a\0'],
  [field('x', 'number'), '5'], [field('x', 'number'), 1e15], [field('x', 'number'), 0.0000001], [field('x', 'number'), Number.NaN],
  [field('x', 'money'), 5], [field('x', 'money'), { amount: '1e3', currency: 'UAH' }], [field('x', 'money'), { amount: '1', currency: 'UAH', more: 1 }],
  [field('x', 'date'), '2026-02-30'], [field('x', 'date'), '2026-2-3'], [field('x', 'date'), '0000-01-01'], [paper, 'a5'], [paper, 'a0'], [finishes, ['cutting', 'x']],
  [field('x', 'flag'), 'true'], [field('x', 'link', { linkTo: 'employees' }), 'x'], [field('x', 'text', { archived: true }), 'new'],
])('%j refuses %j and names it', (of, value) => {
  const { custom, violations } = settle({ fields: [of], record: {}, wanted: { [of.name]: value }, before: undefined })
  expect({ custom, fields: violations.map((one) => one.field) }).toEqual({ custom: {}, fields: [`custom.${of.name}`] })
})

test('names that nobody has set up are refused, also those that every object has', () => {
  const { violations } = settle({ fields: [], record: {}, wanted: JSON.parse('{"__proto__": 1, "constructor": 2, "x": 3}'), before: undefined })
  expect(violations.map(({ field: name }) => name).sort()).toEqual(['custom.__proto__', 'custom.constructor', 'custom.x'])
})

// Seen failing: without the condition asked, the value of a company was demanded of a person.
test('a required field is demanded where it is visible, of a new record and of who would take it away', () => {
  const fields = [field('edition', 'number', { required: true, visibleWhen: ['kind = organisation AND custom.paper != null'] }), paper]
  const violations = (record: object, wanted: object, before?: object) =>
    settle({ fields, record: record as never, wanted: wanted as never, before: before as never }).violations.map((one) => `${one.field} ${one.rule}`)
  expect(violations({ kind: 'person' }, { paper: 'a4' })).toEqual([])
  expect(violations({ kind: 'organisation' }, {})).toEqual([])
  expect(violations({ kind: 'organisation' }, { paper: 'a4' })).toEqual(['custom.edition required'])
  // Seen failing without `kept`: who may not write it was refused whether they gave it or not.
  expect(settle({ fields, record: { kind: 'organisation' }, wanted: { paper: 'a4' }, before: undefined, kept: new Set(['custom.edition']) }).violations).toEqual([])
  expect(settle({ fields, record: { kind: 'organisation' }, wanted: { paper: 'a4' }, before: undefined, kept: new Set(['custom']) }).violations).toEqual([])
  expect(violations({ kind: 'organisation' }, { paper: 'a4', edition: 'x' })).toEqual(['custom.edition format'])
  expect(violations({ kind: 'organisation' }, { paper: 'a3' }, { paper: 'a4' })).toEqual([])
  expect(violations({ kind: 'organisation' }, { paper: 'a4' }, { paper: 'a4', edition: 5 })).toEqual(['custom.edition required'])
})

test('defaults are given to new records only, where they are visible', () => {
  const fields = [field('paper', 'choice', { ...paper, defaultValue: 'a4' }), field('run', 'number', { defaultValue: 100, visibleWhen: ['custom.paper = a4'] }), field('other', 'text', { defaultValue: 'x', visibleWhen: ['custom.paper = a3'] })]
  expect(settle({ fields, record: {}, wanted: undefined, before: undefined }).custom).toEqual({ paper: 'a4', run: 100 })
  expect(settle({ fields, record: {}, wanted: { paper: 'a3' }, before: undefined }).custom).toEqual({ paper: 'a3', other: 'x' })
  expect(settle({ fields, record: {}, wanted: {}, before: {} }).custom).toEqual({})
})

test('what was archived or narrowed since stays as it is while nobody changes it', () => {
  const fields = [field('old', 'text', { archived: true }), paper]
  const before = { old: 'kept', paper: 'a0' }
  expect(settle({ fields, record: {}, wanted: overlaid(before, { paper: 'a0' }), before })).toEqual({ custom: before, violations: [], links: [], files: [] })
  expect(settle({ fields, record: {}, wanted: overlaid(before, { old: null }), before }).custom).toEqual({ paper: 'a0' })
})

test.each([
  ['kind = organisation', true], ['kind != organisation', false], ['roles:client', true], ['NOT roles:client', false], ['size >= 10 AND size < 100', true],
  ['custom.paper = a4 OR custom.paper = a3', true], ['custom.price > 1000', true], ['custom.due >= 2026-03-01', false], ['custom.missing = null', true],
  ['custom.missing:*', false], ['custom.urgent = false', true], ['custom.never = false', true], ['note:"ТЕКСТ"', true], ['constructor = null', true],
])('the condition %s is judged as people mean it', (condition, visible) => {
  const record = {
    kind: 'organisation', roles: ['client'], size: 50, note: 'якийсь текст',
    custom: { paper: 'a4', price: { amount: '1500.00', currency: 'UAH' }, due: '2026-02-28', urgent: false },
  }
  expect(isVisible(field('x', 'text', { visibleWhen: [condition] }), record)).toBe(visible)
})

test.each([
  ['number', '1 234,5', 1234.5], ['date', '28.02.2026', '2026-02-28'], ['flag', 'Так', true], ['flag', 'ні', false], ['money', '1 500,00 uah', { amount: '1500.00', currency: 'UAH' }],
] as const)('a cell of kind %s is read as people write it: %s', (kind, text, value) => {
  expect(readCell(field('x', kind), text)).toEqual({ value })
})

// Seen failing: read as 1.234, a thousand times too small.
test.each([['number', '1,234'], ['number', '-12.500'], ['money', '1,234 UAH'], ['money', '100.000uah']] as const)('a cell of kind %s that may be thousands or a part is refused: %s', (kind, text) => {
  expect(readCell(field('x', kind), text)).toMatchObject({ rule: 'unclear' })
})

test('options are found by their labels too', () => {
  expect(readCell(paper, 'Варіант a4')).toEqual({ value: 'a4' })
  expect(readCell(finishes, 'option cutting; lamination')).toEqual({ value: ['lamination', 'cutting'] })
})

test('the schema names what is required and allows null where a value may be taken away', () => {
  const fields = [field('run', 'number', { required: true }), field('gone', 'text', { archived: true }), paper]
  expect(customSchema(fields, 'in')).toMatchObject({ required: ['run'], additionalProperties: false, properties: { paper: { anyOf: [{ enum: ['a4', 'a3'] }, { type: 'null' }] } } })
  expect(Object.keys(customSchema(fields, 'out').properties as object)).toEqual(['run', 'paper'])
})
