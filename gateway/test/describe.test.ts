// What is refused says the limit, or how it is written.
import { expect, test } from '@jest/globals'
import { loadContract } from '@vitrylo/proto/contract.ts'
import { exampleOf } from '../src/contract/describe.ts'
import { createAjv, lazyCheck } from '../src/contract/validator.ts'
import { openApi } from '../src/openapi/document.ts'

/** Patterns and formats of the whole contract. */
function written(node: unknown, found = new Map<string, 'pattern' | 'format'>()): Map<string, 'pattern' | 'format'> {
  if (typeof node !== 'object' || node === null) return found
  const { pattern, format } = node as { pattern?: unknown; format?: unknown }
  if (typeof pattern === 'string') found.set(pattern, 'pattern')
  // What is no text of a person: ids, bodies of files, whole numbers of a machine.
  if (typeof format === 'string' && !['uuid', 'binary', 'int64'].includes(format)) found.set(format, 'format')
  for (const each of Object.values(node)) written(each, found)
  return found
}

// Seen failing: an example taken out, and one that its pattern refuses.
test('every pattern and format of the contract has an example that fits it', () => {
  const ajv = createAjv({})
  for (const [text, keyword] of written(openApi(loadContract()))) {
    const example = exampleOf(text)
    expect([text, typeof example]).toEqual([text, 'string'])
    expect([text, lazyCheck(ajv, { type: 'string', [keyword]: text })(example)]).toEqual([text, []])
  }
})

const SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 5 }, code: { type: 'string', minLength: 3 }, size: { type: 'integer', minimum: 0, maximum: 9 }, port: { type: 'integer', exclusiveMinimum: 0 }, minute: { type: 'integer', exclusiveMaximum: 1440 }, rate: { type: 'number', exclusiveMinimum: 0 }, tags: { type: 'array', maxItems: 1 },
    birthday: { type: 'string', pattern: '^([0-9]{4}-[0-9]{2}-[0-9]{2})?$' }, iban: { type: 'string', pattern: '^[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 ]{8,38}$' }, email: { type: 'string', format: 'email' },
    take: { type: 'string', pattern: '^(survivor|merged)$' }, role: { type: 'string', enum: ['unspecified', 'client', 'partner'] },
  },
}

test('a refusal names the limit that it broke, and shows how a value is written', () => {
  const violations = lazyCheck(createAjv({}), SCHEMA)({ name: 'довга назва', code: 'a', size: -1, port: 0, minute: 1440, rate: 0, tags: [1, 2], birthday: '4.3.1980', iban: '12', email: 'немає', take: 'x', role: 'x' })
  expect(violations.map(({ field, rule, description, params }) => [field, rule, description, params])).toEqual([
    ['name', 'length', 'must have at most 5 characters', { max: '5' }],
    ['code', 'length', 'must have at least 3 characters', { min: '3' }],
    ['size', 'range', 'must be 0 or more', { min: '0' }],
    // The limit itself would be wrong: "at least 0" of 0.
    ['port', 'range', 'must be 1 or more', { min: '1' }],
    ['minute', 'range', 'must be 1439 or less', { max: '1439' }],
    ['rate', 'range', 'must be more than 0', undefined],
    ['tags', 'count', 'must have at most 1 value', { max: '1' }],
    ['birthday', 'format', 'must look like 2026-03-04', { example: '2026-03-04' }],
    ['iban', 'format', 'must look like UA213223130000026007233566001', { example: 'UA213223130000026007233566001' }],
    ['email', 'format', 'must look like olena@example.com', { example: 'olena@example.com' }],
    ['take', 'format', 'must be one of survivor, merged', undefined],
    // Seen failing: `unspecified` was offered, which is refused as well.
    ['role', 'choice', 'must be one of client, partner', undefined],
  ])
})
