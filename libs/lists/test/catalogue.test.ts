import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { factsOf, parseFilter, violationsOfQuestion, type Asker, type ListDefinition } from '../src/index.ts'
import { contacts } from '../../../services/contacts/src/index.ts'
import { sales } from '../../../services/sales/src/index.ts'
import { serviceDesk } from '../../../services/service-desk/src/index.ts'
import { telephony } from '../../../services/telephony/src/index.ts'

const lists: Record<string, ListDefinition> = Object.assign({}, ...[contacts, sales, serviceDesk, telephony].map((service) => service.lists))
const asker: Asker = {
  now: new Date('2026-11-21T10:00:00Z'), timeZone: 'Europe/Kyiv',
  caller: { subject: 's', username: 'u', client: '', employeeId: undefined, branchId: undefined, groups: [], now: Date.now, reach: () => undefined, limits: () => undefined, ground: () => undefined, standing: () => '' },
}
const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

// Seen failing: a field added to a table without `make proto`.
test('the catalogue of fields is what the tables say', () => {
  expect(JSON.parse(read('../fields.json'))).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, factsOf(list)])))))
})

const examples = read('../../../docs/filters.md')
  .split(/^### /m).slice(1)
  .flatMap((part) => part.split('```')[1]!.trim().split('\n').map((filter) => [part.split('\n')[0]!, filter] as const))

// Seen failing: a misspelt field in docs/filters.md.
test.each(examples)('the documented filter of %s is understood: %s', (resource, filter) => {
  const { text, values } = parseFilter(filter, lists[resource]!, asker)
  expect(text.match(/\$\d+/g) ?? []).toHaveLength(values.length)
  expect(violationsOfQuestion({ resource, filter, orderBy: '' }, asker)).toEqual([])
})

test.each([
  [{ resource: 'nothing', filter: '', orderBy: '' }, 'resource', 'choice'],
  [{ resource: 'calls', filter: 'nope=1', orderBy: '' }, 'filter', 'unknown'],
  [{ resource: 'calls', filter: '', orderBy: 'nope' }, 'orderBy', 'choice'],
])('a question that is kept for later is checked (%#)', (question, field, rule) => {
  expect(violationsOfQuestion(question, asker)).toEqual([expect.objectContaining({ field, rule })])
})

test('orders of equal fields in the catalogue are those of the tables, and the default one is among them', () => {
  for (const { orders, defaultOrder } of Object.values(lists)) expect(Object.keys(orders)).toContain(defaultOrder.split(' ')[0])
})
