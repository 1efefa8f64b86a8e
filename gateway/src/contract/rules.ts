import { Ignore, type FieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js'

/** A JSON Schema (2020-12), open-ended as the standard is. */
export type Schema = { [keyword: string]: any }

const UUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'
const FORMATS = new Set(['email', 'hostname', 'ipv4', 'ipv6', 'uri'])
const BOUNDS: Record<string, string> = { gt: 'exclusiveMinimum', gte: 'minimum', lt: 'exclusiveMaximum', lte: 'maximum' }

type Rules = Record<string, any>

/** Limits of buf.validate as keywords. What the table does not know (CEL, bytes, 64 bits) is left to the service. */
export function applyRules(schema: Schema, rules: FieldRules | undefined): Schema {
  if (rules?.type.case === undefined) return schema
  const values = rules.type.value as Rules
  switch (rules.type.case) {
    case 'string':
      return stringRules(schema, values, rules.ignore === Ignore.IF_ZERO_VALUE)
    case 'int32':
    case 'uint32':
    case 'sint32':
    case 'double':
    case 'float':
      return numberRules(schema, values)
    case 'repeated':
      set(schema, { minItems: given(values, 'minItems'), maxItems: given(values, 'maxItems') })
      if (values.unique) schema.uniqueItems = true
      applyRules(schema.items, values.items)
      return schema
    case 'map':
      set(schema, { minProperties: given(values, 'minPairs'), maxProperties: given(values, 'maxPairs') })
      schema.propertyNames = applyRules({ type: 'string' }, values.keys)
      applyRules(schema.additionalProperties, values.values)
      return schema
    case 'enum':
      return set(schema, { const: given(values, 'const') })
    default:
      return schema
  }
}

function stringRules(schema: Schema, rules: Rules, emptyAllowed: boolean): Schema {
  const length = given(rules, 'len')
  set(schema, {
    minLength: length ?? given(rules, 'minLen'),
    maxLength: length ?? given(rules, 'maxLen'),
    const: given(rules, 'const'),
    enum: rules.in.length > 0 ? rules.in : undefined,
  })
  const format = rules.wellKnown.case as string | undefined
  if (format === 'uuid') Object.assign(schema, { format, pattern: emptyAllowed ? `^$|^${UUID}$` : `^${UUID}$` })
  else if (format !== undefined && FORMATS.has(format)) schema.format = format
  const pattern = given(rules, 'pattern')
  if (pattern !== undefined) schema.pattern = emptyAllowed ? `^$|${pattern}` : pattern
  return schema
}

function numberRules(schema: Schema, rules: Rules): Schema {
  for (const bound of [rules.lessThan, rules.greaterThan]) {
    const keyword = BOUNDS[bound.case]
    if (keyword !== undefined) schema[keyword] = bound.value
  }
  return set(schema, { const: given(rules, 'const'), enum: rules.in.length > 0 ? rules.in : undefined })
}

/** proto2 presence: unset fields sit on the prototype with their default. */
function given(rules: Rules, name: string): any {
  return Object.hasOwn(rules, name) ? rules[name] : undefined
}

function set(schema: Schema, keywords: Record<string, unknown>): Schema {
  for (const [keyword, value] of Object.entries(keywords)) {
    if (value !== undefined) schema[keyword] = typeof value === 'bigint' ? Number(value) : value
  }
  return schema
}
