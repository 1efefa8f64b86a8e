import type { CustomField } from '@vitrylo/auth'

type Schema = Record<string, unknown>

/** `custom` of a resource as a JSON Schema, for the document of the API. */
export function customSchema(fields: readonly CustomField[], face: 'in' | 'patch' | 'out'): Schema {
  const living = fields.filter(({ archived }) => !archived)
  const required = face === 'in' ? living.filter((field) => field.required && field.visibleWhen.length === 0 && field.defaultValue === undefined) : []
  return {
    type: 'object',
    properties: Object.fromEntries(living.map((field) => [field.name, propertyOf(field, face)])),
    ...(required.length > 0 && { required: required.map(({ name }) => name) }),
    // What was archived is still read.
    ...(face !== 'out' && { additionalProperties: false }),
  }
}

function propertyOf(field: CustomField, face: 'in' | 'patch' | 'out'): Schema {
  const { label, unique, defaultValue, visibleWhen } = field
  const words = [label.en, ...(unique ? ['No two records have the same.'] : []), ...visibleWhen.map((condition) => `Shown when ${condition}.`)]
  const schema = { ...typeOf(field, face), title: label.uk, description: words.join(' '), ...(defaultValue !== undefined && { default: defaultValue }) }
  return face === 'out' ? schema : { anyOf: [schema, { type: 'null' }] }
}

/** A file as it is given; written by its id, and what else comes is passed over. */
const FILE = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' }, name: { type: 'string' }, size: { type: 'integer' }, type: { type: 'string' }, time: { type: 'string', format: 'date-time' },
  },
  required: ['id', 'name', 'size', 'type', 'time'],
}

function typeOf({ kind, options, linkTo }: CustomField, face: 'in' | 'patch' | 'out'): Schema {
  const words = options.filter(({ archived }) => !archived).map(({ word }) => word)
  const types: Record<CustomField['kind'], Schema> = {
    text: { type: 'string', maxLength: 2000 },
    number: { type: 'number' },
    money: {
      type: 'object',
      properties: { amount: { type: 'string', pattern: '^-?[0-9]{1,15}(\\.[0-9]{1,6})?$' }, currency: { type: 'string', pattern: '^[A-Z]{3}$' } },
      required: ['amount', 'currency'],
    },
    date: { type: 'string', format: 'date' },
    choice: { type: 'string', enum: words },
    choices: { type: 'array', items: { type: 'string', enum: words }, maxItems: 50 },
    flag: { type: 'boolean' },
    link: { type: 'string', format: 'uuid', 'x-vitrylo-reference': linkTo },
    file: face === 'out' ? FILE : { type: 'object', properties: { id: FILE.properties.id }, required: ['id'] },
  }
  return types[kind]
}
